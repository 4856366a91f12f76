import { defineAction } from '@backplane/sdk';
import * as z from 'zod';

export const note = defineAction({
  name: 'tools.acme_journal.note',
  title: 'Note a line',
  summary: 'Writes a line into the journal.',
  input: z.strictObject({ line: z.string().min(1) }),
  output: z.object({ lines: z.int() }),
  uses: ['kv'],
  effect: 'write',
  idempotent: 'never',
  examples: [{ name: 'A line', input: { line: 'The door was open' }, output: { lines: 1 } }],
  async run({ input, kv }) {
    const lines = [...(((await kv.get('lines')) ?? []) as string[]), input.line];
    await kv.set('lines', lines);
    return { lines: lines.length };
  },
});
