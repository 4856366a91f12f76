import { type KindScaffold, snake } from './kind-scaffold.ts';

/** A trigger that asks at intervals; its test answers in place of the network. */
export const trigger: KindScaffold = {
  summary: 'starts workflows when something happens elsewhere',
  module: 'new-item',
  exportName: 'newItem',
  capabilities: { network: { why: 'Lists are read at the addresses that workflows name.' } },
  contributes: ({ id }) => ({ triggers: [`tools.${snake(id)}.new_item`] }),
  sources: ({ id, extension }) => ({
    'new-item': `import { defineErrors, defineTrigger } from '@backplane/sdk';
import * as z from 'zod';

const raise = defineErrors({
  ${snake(id).toUpperCase()}_UNREADABLE: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: ({ status }${extension === 'ts' ? ': { status: number }' : ''}) => \`The list answered \${status}.\`,
    remedy: 'Open the address of the list by hand.',
  },
});

const item = z.object({ id: z.string(), title: z.string() });
const state = z.array(z.string()).optional();

/** What was there at the first poll is remembered and starts nothing. */
export const newItem = defineTrigger({
  mode: 'poll',
  name: 'tools.${snake(id)}.new_item',
  title: 'New item',
  summary: 'Runs for each item of a list that was not there before.',
  input: z.strictObject({ url: z.url().describe('Where the list is: JSON, the newest item first.') }),
  event: item,
  sample: { id: 'i-1', title: 'The first item' },
  uses: ['http'],
  everyMs: 60_000,
  dedupeKey: ({ id }) => id,
  async poll({ input, state: before, http, signal }) {
    const { status, body } = await http.send({ url: input.url, signal });
    if (status !== 200) throw raise.${snake(id).toUpperCase()}_UNREADABLE({ status });
    const items = z.array(item).parse(JSON.parse(new TextDecoder().decode(body)));
    const known = state.parse(before);
    const events = known === undefined ? [] : items.filter(({ id }) => !known.includes(id)).reverse();
    return { events, state: items.map(({ id }) => id) };
  },
});
`,
    'new-item.test': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newItem } from './new-item.${extension}';

/** A call whose network answers with these items. */
function callThatFinds(items${extension === 'ts' ? ': readonly object[], state?: unknown' : ', state'})${extension === 'ts' ? ': any' : ''} {
  const body = new TextEncoder().encode(JSON.stringify(items));
  return { input: { url: 'https://list.example' }, state, http: { send: async () => ({ status: 200, body }) } };
}

const old = { id: 'i-1', title: 'Old' };
const recent = { id: 'i-2', title: 'Recent' };

test('the first poll remembers what is there and reports nothing', async () => {
  assert.ok(newItem.mode === 'poll');
  assert.deepEqual(await newItem.poll(callThatFinds([old])), { events: [], state: ['i-1'] });
});

test('the next one reports what is new', async () => {
  assert.ok(newItem.mode === 'poll');
  const { events } = await newItem.poll(callThatFinds([recent, old], ['i-1']));
  assert.deepEqual(events, [recent]);
});
`,
  }),
  usage: ({ id }) => `\`\`\`yaml
triggers:
  - type: plugin
    trigger: tools.${snake(id)}.new_item
    config: { url: "https://list.example/items.json" }
    every: 60
\`\`\``,
};
