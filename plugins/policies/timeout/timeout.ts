import {
  defineGatewayPolicy,
  type PolicyReply,
  positiveMilliseconds,
  problemReply,
  type UpstreamExchange,
} from '@backplane/sdk';
import { z } from 'zod';
import { withDeadline } from './deadline.ts';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const native = z
  .strictObject({
    mode: z.literal('native').default('native'),
    attempt: duration.optional().describe('Until the headers of one try are there.'),
    total: duration.optional().describe('Until headers are there, all tries of the policies after this one included.'),
  })
  .refine(({ attempt, total }) => attempt !== undefined || total !== undefined, 'name `attempt`, `total` or both');

const ocelot = z.strictObject({
  mode: z.literal('ocelot'),
  kind: z.enum(['route', 'qos']).describe('Timeout of the route, or of its QoSOptions.'),
  timeout: duration,
  version: z.enum(['24.0', '25.0']).default('25.0').describe('24.0 answers with an empty body.'),
  routeName: z.string().optional().describe('What the answer of `qos` calls the route; default its id.'),
});

const DAY_MS = 86_400_000;
type Config = z.output<typeof native> | z.output<typeof ocelot>;

export const timeout = defineGatewayPolicy({
  name: 'timeout',
  title: 'Timeout',
  summary: 'Gives up on an upstream that takes too long: on one try, or on all together.',
  config: z.discriminatedUnion('mode', [native, ocelot]),
  phases: ['rewrite', 'attempt'],
  onFailure: 'closed',
  create({ config }) {
    const total = totalOf(config);
    const attempt = config.mode === 'native' ? config.attempt : undefined;
    return {
      rewrite({ upstream }): undefined {
        // The forwarder keeps this one: policies outside see its error like any other of the upstream.
        if (attempt !== undefined) upstream.timeoutMs = attempt;
      },
      async attempt(exchange, next) {
        if (total === undefined) return next();
        const answered = await withDeadline(total, next);
        return answered === 'late' ? replyOf(config, exchange, total) : answered;
      },
    };
  },
});

function totalOf(config: Config): number | undefined {
  if (config.mode === 'native') return config.total;
  if (config.kind === 'route') return config.timeout;
  return config.timeout > 10 && config.timeout < DAY_MS ? config.timeout : 30_000;
}

function replyOf(config: Config, exchange: UpstreamExchange, ms: number): PolicyReply {
  const because = `no headers of the upstream within ${ms} ms`;
  if (config.mode === 'native')
    return problemReply({
      status: 504,
      code: 'GATEWAY_UPSTREAM_TIMEOUT',
      title: 'Gateway timeout',
      detail: 'The service behind this address did not answer in time.',
      exchange,
      because,
    });
  if (config.kind === 'route' || config.version === '24.0')
    return { status: 503, headers: { 'content-length': '0' }, body: '', because };
  return {
    status: 503,
    reason: 'Request timeout',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: `Request timeout for route -> ${config.routeName ?? exchange.route.id}`,
    because,
  };
}
