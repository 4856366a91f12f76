import {
  defineGatewayPolicy,
  positiveMilliseconds,
  type ResponseExchange,
  type UpstreamExchange,
} from '@backplane/sdk';
import { z } from 'zod';
import { latencyQuantile } from './latency.ts';
import { firstGood } from './race.ts';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

/** Bodies up to here are kept to be sent twice. */
const REPLAY_BYTES = 64 * 1024;

const config = z.strictObject({
  after: z
    .union([z.literal('p95'), duration])
    .default('p95')
    .describe(
      'When the second request is sent: after so long, or when the first takes longer than 95 % of the last ones.',
    ),
  atLeast: duration.prefault('10ms').describe('With `p95`: never sooner.'),
  methods: z.array(z.string().toUpperCase()).default(['GET', 'HEAD', 'OPTIONS']),
  statuses: z
    .array(z.int().min(400).max(599))
    .default([500, 502, 503, 504])
    .describe('Answers that do not win as long as the other one may.'),
  budget: z.number().gt(0).max(100).default(10).describe('Percent of the requests under way, at least one.'),
});

export const hedge = defineGatewayPolicy({
  name: 'hedge',
  title: 'Hedge',
  summary: 'Asks a second time when the first answer is late, and takes whichever comes first.',
  config,
  phases: ['attempt'],
  onFailure: 'closed',
  body: { request: { buffer: { maxBytes: REPLAY_BYTES, onOverflow: 'skip' } } },
  create({ config: { after, atLeast, methods, statuses, budget }, meters }) {
    const allowed = new Set(methods);
    const bad = new Set(statuses);
    const latency = latencyQuantile(0.95);
    const counted = meters.counter('gateway_hedges_total', {
      help: 'Second requests, by who won',
      labels: ['route', 'won'],
    });
    let requests = 0;
    let hedges = 0;

    const isGood = ({ response }: ResponseExchange) => !bad.has(response.status);
    const mayRepeat = ({ upstream, request }: UpstreamExchange) =>
      allowed.has(upstream.method) && request.bodyKind !== 'stream' && request.protocol !== 'ws';
    function delay(): number | undefined {
      if (after !== 'p95') return after;
      return latency.value === undefined ? undefined : Math.max(atLeast, latency.value);
    }
    function spend(): (() => void) | undefined {
      if (hedges >= Math.max(1, Math.floor((requests * budget) / 100))) return undefined;
      hedges += 1;
      return () => {
        hedges -= 1;
      };
    }

    return {
      async attempt(exchange, next) {
        if (!mayRepeat(exchange)) return next();
        requests += 1;
        const started = performance.now();
        try {
          const { answered, winner, isHedged } = await firstGood({ next, delayMs: delay(), isGood, spend });
          if (isHedged) counted.add({ route: exchange.route.id, won: winner });
          return answered;
        } finally {
          requests -= 1;
          latency.note(performance.now() - started);
        }
      },
    };
  },
});
