import type { KindScaffold } from './kind-scaffold.ts';

/** A notifier that posts to an address; its test answers in place of the network. */
export const notifier: KindScaffold = {
  summary: 'a way to tell people: chat, mail, pager',
  module: 'post',
  exportName: 'post',
  capabilities: { network: { why: 'Notes are posted to the address that an administrator configures.' } },
  contributes: ({ id }) => ({ notifiers: [`${id}-post`] }),
  sources: ({ id, extension }) => ({
    post: `import { defineErrors, defineNotifier } from '@backplane/sdk';
import * as z from 'zod';

const raise = defineErrors({
  ${id.replaceAll('-', '_').toUpperCase()}_REFUSED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: ({ status }${extension === 'ts' ? ': { status: number }' : ''}) => \`The other side answered \${status}.\`,
    remedy: 'Check the address in the configuration of the notifier.',
  },
});

export const post = defineNotifier({
  name: '${id}-post',
  title: 'Post',
  summary: 'Posts every note as JSON.',
  config: z.strictObject({ url: z.string().min(1).describe('Where notes go.') }),
  uses: ['http'],
  open: ({ config, http }) => ({
    async send(note, signal) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': note.id };
      const { status } = await http.send({ url: config.url, method: 'POST', headers, body: JSON.stringify(note), signal });
      if (status >= 400) throw raise.${id.replaceAll('-', '_').toUpperCase()}_REFUSED({ status });
    },
  }),
});
`,
    'post.test': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from './post.${extension}';

/** A context whose network answers with a status and remembers what was sent. */
function contextThatAnswers(status${extension === 'ts' ? ': number' : ''}) {
  const sent${extension === 'ts' ? ': any[]' : ''} = [];
  const http = {
    async send(request${extension === 'ts' ? ': any' : ''}) {
      sent.push(request);
      return { status, headers: {}, body: new Uint8Array(), url: request.url };
    },
  };
  const context${extension === 'ts' ? ': any' : ''} = { config: { url: 'https://chat.example/hook' }, http };
  return { context, sent };
}

const note${extension === 'ts' ? ': any' : ''} = { id: 'n-1', severity: 'info', title: 'Hello', text: 'World' };
const { signal } = new AbortController();

test('posts the note once, with a key that the other side can deduplicate by', async () => {
  const { context, sent } = contextThatAnswers(204);
  await (await post.open(context)).send(note, signal);
  assert.equal(sent.length, 1);
  assert.equal(sent[0].headers['idempotency-key'], 'n-1');
});

test('a refusal is an error with a code', async () => {
  const { context } = contextThatAnswers(500);
  const sender = await post.open(context);
  await assert.rejects(async () => sender.send(note, signal), { code: '${id.replaceAll('-', '_').toUpperCase()}_REFUSED' });
});
`,
  }),
  usage: ({ id }) => `In \`config/backplane.yaml\`:

\`\`\`yaml
notifications:
  - { on: [failed], notifier: ${id}-post, config: { url: "https://chat.example/hook" } }
\`\`\``,
};
