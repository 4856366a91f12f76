import { defineAction } from '@backplane/sdk';
import { httpRequestArguments, httpResponse } from './arguments.ts';
import { readReply } from './read-reply.ts';
import { sendAndCheck } from './send.ts';
import { tlsSecrets } from './tls-secrets.ts';

export const httpRequest = defineAction({
  name: 'core.http_request',
  title: 'HTTP request',
  summary: 'Sends one HTTP request and gives {status_code, headers, data}.',
  group: 'HTTP',
  input: httpRequestArguments,
  output: httpResponse,
  uses: ['http', 'secrets'],
  secrets: tlsSecrets,
  effect: 'write',
  idempotent: 'with-key',
  exactNumbers: true,
  examples: [{ name: 'look something up', input: { url: 'https://api.example.com/v1/items', params: { page: 1 } } }],
  async run(call) {
    return readReply(await sendAndCheck(call.input, call), call.input);
  },
});
