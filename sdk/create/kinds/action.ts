import { type KindScaffold, snake } from './kind-scaffold.ts';

/** An action that computes something: it needs no capability and runs without a network. */
export const action: KindScaffold = {
  summary: 'something that workflows call',
  module: 'greet',
  exportName: 'greet',
  contributes: ({ id }) => ({ actions: [`tools.${snake(id)}.greet`] }),
  sources: ({ id, extension }) => ({
    greet: `import { defineAction } from '@backplane/sdk';
import * as z from 'zod';

export const greet = defineAction({
  name: 'tools.${snake(id)}.greet',
  title: 'Greet',
  summary: 'Says hello to somebody.',
  input: z.strictObject({
    name: z.string().min(1).describe('Who is greeted.'),
    loud: z.boolean().default(false).describe('In capital letters.'),
  }),
  output: z.object({ greeting: z.string() }),
  effect: 'pure',
  idempotent: 'always',
  examples: [
    { name: 'A greeting', input: { name: 'Ada' }, output: { greeting: 'Hello, Ada!' } },
    { name: 'A loud one', input: { name: 'Ada', loud: true }, output: { greeting: 'HELLO, ADA!' } },
  ],
  run({ input }) {
    const greeting = \`Hello, \${input.name}!\`;
    return { greeting: input.loud ? greeting.toUpperCase() : greeting };
  },
});
`,
    'greet.test': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from './greet.${extension}';

/** What the host hands to an action, for a test. */
const call = {
  run: { id: 'run-1', step: 'greet', attempt: 1, idempotencyKey: 'key-1' },
  signal: new AbortController().signal,
  log: console,
  progress() {},
};

test('greets by name', async () => {
  assert.deepEqual(await greet.run({ ...call, input: { name: 'Ada', loud: false } }), { greeting: 'Hello, Ada!' });
});

test('can be loud', async () => {
  assert.deepEqual(await greet.run({ ...call, input: { name: 'Ada', loud: true } }), { greeting: 'HELLO, ADA!' });
});
`,
  }),
  usage: ({ id }) => `\`\`\`yaml
- ref: hello
  action: tools.${snake(id)}.greet
  args: { name: Ada }
\`\`\``,
};
