import { defineLlmProvider } from '@backplane/sdk';
import * as z from 'zod';

export const parrot = defineLlmProvider({
  name: 'acme-parrot',
  title: 'Parrot',
  summary: 'Repeats the last message word by word, for tests of workflows.',
  config: z.strictObject({ shout: z.boolean().default(false) }),
  open: ({ config }) => ({
    models: async () => [
      { id: 'parrot', title: 'Parrot', contextTokens: 8_000, maxOutputTokens: 8_000, can: ['chat'] },
    ],
    async *generate({ model, messages, signal }) {
      const heard = (messages.at(-1)?.content ?? []).flatMap((part) =>
        part.type === 'text' ? part.text.split(' ') : [],
      );
      for (const word of heard) {
        signal.throwIfAborted();
        yield { type: 'text', text: `${config.shout ? word.toUpperCase() : word} ` };
      }
      yield { type: 'end', reason: 'stop', usage: { inputTokens: heard.length, outputTokens: heard.length }, model };
    },
  }),
});
