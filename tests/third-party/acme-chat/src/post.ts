import { defineErrors, defineNotifier } from '@backplane/sdk';
import * as z from 'zod';

const raise = defineErrors({
  ACME_CHAT_REFUSED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: ({ status }: { status: number }) => `The other side answered ${status}.`,
    remedy: 'Check the address in the configuration of the notifier.',
  },
});

export const post = defineNotifier({
  name: 'acme-chat-post',
  title: 'Post',
  summary: 'Posts every note as JSON.',
  config: z.strictObject({ url: z.string().min(1).describe('Where notes go.') }),
  uses: ['http'],
  open: ({ config, http }) => ({
    async send(note, signal) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': note.id };
      const { status } = await http.send({
        url: config.url,
        method: 'POST',
        headers,
        body: JSON.stringify(note),
        signal,
      });
      if (status >= 400) throw raise.ACME_CHAT_REFUSED({ status });
    },
  }),
});
