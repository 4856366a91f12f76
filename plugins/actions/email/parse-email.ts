import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { parsedMessage } from './arguments.ts';
import { raise } from './errors.ts';
import { readMessage } from './read-message.ts';

export const parseEmail = defineAction({
  name: 'core.email.parse',
  title: 'Parse e-mail',
  summary: 'Takes a raw message (.eml) apart: addresses, headers, text, HTML and attachments with their hashes.',
  group: 'E-mail',
  input: z.strictObject({
    message: z.string().nullish().describe('The raw message as text.'),
    message_base64: z.string().nullish().describe('The raw message in Base64, where its bytes are not UTF-8.'),
    include_content: z.boolean().default(false).describe('Also give the content of attachments, in Base64.'),
  }),
  output: parsedMessage,
  effect: 'pure',
  idempotent: 'always',
  examples: [{ name: 'a short message', input: { message: 'From: a@example.com\r\nSubject: Hi\r\n\r\nHello' } }],
  run: ({ input }) => readMessage(rawMessage(input), { includeContent: input.include_content }),
});

function rawMessage({
  message,
  message_base64,
}: {
  message?: string | null;
  message_base64?: string | null;
}): string | Uint8Array {
  if (typeof message === 'string') return message;
  if (typeof message_base64 !== 'string')
    throw raise.EMAIL_NOT_A_MESSAGE({ problem: 'neither message nor message_base64 is given' });
  try {
    return Uint8Array.fromBase64(message_base64);
  } catch (error) {
    throw raise.EMAIL_NOT_A_MESSAGE({ problem: 'message_base64 is not Base64' }, { cause: error });
  }
}
