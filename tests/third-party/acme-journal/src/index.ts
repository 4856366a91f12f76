import { defineMethod, definePlugin, type KeyValue } from '@backplane/sdk';
import * as z from 'zod';
import { note } from './note.ts';

let store: KeyValue | undefined;
let signature = '';

export default definePlugin({
  id: 'acme-journal',
  config: z.strictObject({ signature: z.string().default('') }),
  contributes: [note],
  uses: ['kv', 'workflows'],
  provides: {
    recent: defineMethod({
      summary: 'The last lines, the newest first, each signed as the configuration says.',
      input: z.strictObject({ limit: z.int().positive().default(10) }),
      output: z.array(z.string()),
      async run({ input }) {
        const lines = ((await store?.get('lines')) ?? []) as string[];
        return lines
          .toReversed()
          .slice(0, input.limit)
          .map((line) => line + signature);
      },
    }),
  },
  async start({ config, kv, workflows, log, defer }) {
    store = kv;
    signature = config.signature;
    log.info('The journal is open', { runs: (await workflows.list({ limit: 10 })).length });
    defer(() => log.info('The journal is closed'));
  },
  reconfigure(next) {
    signature = next.signature;
    return 'applied';
  },
});
