import {
  type AttemptOptions,
  BackplaneError,
  defineGatewayPolicy,
  positiveMilliseconds,
  problemReply,
  type ResponseExchange,
  type UpstreamExchange,
} from '@backplane/sdk';
import { z } from 'zod';
import { backoff, pause, retryAfterMs } from './pause.ts';
import { retryBudget } from './retry-budget.ts';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

/** Bodies up to here are kept to be sent again. */
const REPLAY_BYTES = 64 * 1024;
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'];

const config = z.strictObject({
  retries: z.int().min(1).max(10).default(2).describe('Tries after the first one.'),
  methods: z.array(z.string().toUpperCase()).default(IDEMPOTENT).describe('Others are never sent twice.'),
  statuses: z.array(z.int().min(400).max(599)).default([502, 503, 504]).describe('Answers that are tried again.'),
  errors: z.boolean().default(true).describe('Also what got no answer at all.'),
  perTry: duration.optional().describe('Until the headers of one try are there.'),
  backoff: z
    .strictObject({ base: duration.prefault('25ms'), max: duration.prefault('1s') })
    .prefault({})
    .describe('The pause before a retry is drawn from 0 up to `base`, doubled each time, at most `max`.'),
  retryAfterMax: duration.prefault('2s').describe('An answer whose Retry-After asks for more is not tried again.'),
  budget: z
    .strictObject({ percent: z.number().min(0).max(100).default(20), minimum: z.int().min(0).default(3) })
    .prefault({})
    .describe('Retries under way: a share of the requests under way, and always so many. Each worker counts its own.'),
  maxBody: z.int().min(0).max(REPLAY_BYTES).default(REPLAY_BYTES).describe('Bytes; larger bodies are sent once.'),
});

interface Try {
  readonly answered?: ResponseExchange;
  readonly thrown?: unknown;
  readonly isLate: boolean;
  /** Ends it, also its body. */
  end(): void;
}

export const retry = defineGatewayPolicy({
  name: 'retry',
  title: 'Retry',
  summary: 'Sends a request again that failed and may be sent twice: at most so often, never as a storm.',
  config,
  phases: ['attempt'],
  onFailure: 'closed',
  body: { request: { buffer: { maxBytes: REPLAY_BYTES, onOverflow: 'skip' } } },
  create({ config, meters, now }) {
    const { retries, perTry, errors, retryAfterMax, maxBody } = config;
    const methods = new Set(config.methods);
    const statuses = new Set(config.statuses);
    const budget = retryBudget(config.budget);
    const pauses = { baseMs: config.backoff.base, maxMs: config.backoff.max, random: Math.random };
    const counted = meters.counter('gateway_retries_total', { help: 'Requests sent again', labels: ['route'] });

    const mayRepeat = ({ request, upstream }: UpstreamExchange) =>
      methods.has(upstream.method) &&
      request.bodyKind !== 'stream' &&
      (upstream.body ?? request.body ?? '').length <= maxBody &&
      request.protocol !== 'ws';

    /** Milliseconds after which it is tried again; undefined: never. */
    function pauseBefore(number: number, { answered, thrown, isLate }: Try): number | undefined {
      const drawn = backoff(number, pauses);
      if (answered === undefined) return errors && (isLate || isPassing(thrown)) ? drawn : undefined;
      const { status, headers, source } = answered.response;
      if (source !== 'upstream' || !statuses.has(status)) return undefined;
      const asked = retryAfterMs(headers.get('retry-after'), now());
      if (asked === undefined) return drawn;
      return asked <= retryAfterMax ? Math.max(asked, drawn) : undefined;
    }

    return {
      async attempt(exchange, next) {
        if (!mayRepeat(exchange)) return next();
        const leave = budget.enter();
        let endRetry: (() => void) | undefined;
        try {
          for (let number = 1; ; number += 1) {
            const tried = await tryOnce(next, perTry);
            endRetry?.();
            endRetry = undefined;
            const wait = number <= retries && !exchange.signal.aborted ? pauseBefore(number, tried) : undefined;
            endRetry = wait === undefined ? undefined : budget.spend();
            if (endRetry === undefined || !(await pause(wait!, exchange.signal))) {
              if (tried.answered !== undefined) return tried.answered;
              if (tried.isLate) return lateReply(exchange, perTry!);
              throw tried.thrown;
            }
            tried.end();
            counted.add({ route: exchange.route.id });
          }
        } finally {
          endRetry?.();
          leave();
        }
      },
    };
  },
});

async function tryOnce(
  next: (options?: AttemptOptions) => Promise<ResponseExchange>,
  perTryMs: number | undefined,
): Promise<Try> {
  const ending = new AbortController();
  const end = () => ending.abort(new DOMException('sent again', 'AbortError'));
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    const sent = next({ signal: ending.signal });
    if (perTryMs === undefined) return { answered: await sent, isLate, end };
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        isLate = true;
        resolve(undefined);
        ending.abort(new DOMException('no headers in time', 'TimeoutError'));
      }, perTryMs);
    });
    const answered = await Promise.race([sent, late]);
    return { ...(answered !== undefined && { answered }), isLate: answered === undefined, end };
  } catch (thrown) {
    return { thrown, isLate, end };
  } finally {
    clearTimeout(timer);
  }
}

/** The upstream failed, and the error says of itself that it may pass. What has no code is a fault of a policy. */
function isPassing(thrown: unknown): boolean {
  return BackplaneError.is(thrown) && thrown.facts.blame === 'upstream' && thrown.facts.retry === 'later';
}

function lateReply(exchange: UpstreamExchange, ms: number) {
  return problemReply({
    status: 504,
    code: 'GATEWAY_UPSTREAM_TIMEOUT',
    title: 'Gateway timeout',
    detail: 'The service behind this address did not answer in time.',
    exchange,
    because: `no headers within ${ms} ms, in the last try either`,
  });
}
