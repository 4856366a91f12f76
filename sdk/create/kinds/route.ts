import type { KindScaffold } from './kind-scaffold.ts';

/** A route of the plugin's own that keeps what it is sent. */
export const route: KindScaffold = {
  summary: 'an HTTP address of its own',
  module: 'counter',
  exportName: 'count',
  capabilities: {
    kv: { why: 'Keeps how often something was counted.' },
    routes: { why: 'Others count there.' },
  },
  contributes: () => ({ routes: ['POST /counters/{name}'] }),
  sources: ({ id, extension }) => ({
    counter: `import { defineRoute } from '@backplane/sdk';
import * as z from 'zod';

export const count = defineRoute({
  method: 'POST',
  path: '/counters/{name}',
  title: 'Count',
  summary: 'Counts something, and says how often it was.',
  access: { scope: '${id}:counters:write' },
  body: z.strictObject({ by: z.int().default(1) }),
  reply: z.object({ count: z.int() }),
  uses: ['kv'],
  async handle({ params, body, kv }) {
    const count = Number((await kv.get(params.name)) ?? 0) + body.by;
    await kv.set(params.name, count);
    return { body: { count } };
  },
});
`,
    'counter.test': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryKv, testClock } from '@backplane/sdk/testing';
import { count } from './counter.${extension}';

test('counts on from what was kept', async () => {
  const call${extension === 'ts' ? ': any' : ''} = { params: { name: 'visits' }, body: { by: 2 }, kv: memoryKv(testClock()) };
  assert.deepEqual(await count.handle(call), { body: { count: 2 } });
  assert.deepEqual(await count.handle(call), { body: { count: 4 } });
});
`,
  }),
  usage: ({ id }) => `\`\`\`sh
curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{"by": 1}' http://127.0.0.1:8080/api/plugins/${id}/counters/visits
\`\`\`

The caller needs the scope \`${id}:counters:write\`.`,
};
