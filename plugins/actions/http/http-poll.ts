import { setTimeout as pause } from 'node:timers/promises';
import { defineAction, type Expressions, type HttpReply } from '@backplane/sdk';
import type { z } from 'zod';
import { httpPollArguments, httpResponse } from './arguments.ts';
import { raise } from './errors.ts';
import { hostOf } from './host-of.ts';
import { pollDelayMs } from './poll-delay.ts';
import { readLoosely, readReply } from './read-reply.ts';
import { retryAfterMs } from './retry-after.ts';
import { checkStatus, send } from './send.ts';
import { tlsSecrets } from './tls-secrets.ts';

export const httpPoll = defineAction({
  name: 'core.http_poll',
  title: 'HTTP poll',
  summary: 'Repeats an HTTP request until a condition holds or a status says the answer is ready.',
  group: 'HTTP',
  input: httpPollArguments,
  output: httpResponse,
  uses: ['http', 'secrets', 'expressions'],
  secrets: tlsSecrets,
  effect: 'write',
  idempotent: 'with-key',
  exactNumbers: true,
  examples: [
    {
      name: 'wait for a scan',
      input: { url: 'https://api.example.com/scans/7', poll_condition: "lambda x: x['data']['status'] == 'done'" },
    },
  ],
  async run(call) {
    const { input, signal, expressions } = call;
    const isReady = readiness(input, expressions);
    for (let attempt = 1; ; attempt += 1) {
      const reply = await send(input, call);
      // What never changes is not worth waiting for.
      if (reply.fixture !== undefined || isReady(reply)) return readReply(reply, input);
      if (attempt === input.poll_max_attempts) {
        throw raise.HTTP_POLL_EXHAUSTED({ host: hostOf(reply.url), attempts: attempt, status: reply.status });
      }
      call.progress(`attempt ${attempt}: status ${reply.status}, not ready`);
      await pause(pollDelayMs(attempt, input.poll_interval, retryAfterMs(reply)), undefined, { signal });
    }
  },
});

/** A condition alone decides, whatever the status. Without one, the retry codes do, and other errors are thrown. */
function readiness(input: z.output<typeof httpPollArguments>, expressions: Expressions): (reply: HttpReply) => boolean {
  const { poll_condition, poll_retry_codes, ignore_status_codes } = input;
  if (poll_condition !== undefined && poll_condition.trim() !== '') {
    const condition = expressions.lambda(poll_condition);
    return (reply) => expressions.isTruthy(condition(readLoosely(reply)));
  }
  if (poll_retry_codes.length === 0) throw raise.HTTP_POLL_WITHOUT_CONDITION({});
  return (reply) => {
    if (poll_retry_codes.includes(reply.status)) return false;
    checkStatus(reply, ignore_status_codes);
    return true;
  };
}
