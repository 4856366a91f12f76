import { defineAction, dependency } from '@backplane/sdk';
import * as z from 'zod';

/** The type of the other plugin's default export, as far as it is used here. */
type Journal = typeof import('../../acme-journal/src/index.ts').default;

export const digest = defineAction({
  name: 'tools.acme_digest.write',
  title: 'Write a digest',
  summary: 'The last lines of the journal under a heading.',
  input: z.strictObject({
    heading: z
      .string()
      .default('const heading = (lines) => `${lines.length} lines`')
      .describe('JavaScript: a function of `lines`.'),
  }),
  output: z.object({ heading: z.string(), lines: z.array(z.string()), runs: z.int() }),
  deps: { journal: dependency<Journal>('acme-journal') },
  uses: ['scripts', 'workflows'],
  effect: 'read',
  idempotent: 'always',
  examples: [{ name: 'The usual heading', input: {} }],
  async run({ input, deps, scripts, workflows, signal }) {
    const lines = await deps.journal.recent({ limit: 5 }, { signal });
    const { result } = await scripts.run({ language: 'javascript', source: input.heading, inputs: { lines }, signal });
    return { heading: String(result), lines, runs: (await workflows.list({ limit: 10 })).length };
  },
});
