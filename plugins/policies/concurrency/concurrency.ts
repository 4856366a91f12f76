import {
  andThen,
  defineGatewayPolicy,
  type Exchange,
  type PolicyStep,
  positiveMilliseconds,
  problemReply,
} from '@backplane/sdk';
import { z } from 'zod';
import { BY, countedBy, needsIdentity } from './counted-by.ts';
import { localPlaces } from './local-places.ts';
import type { Leave } from './places.ts';
import { sharedPlaces } from './shared-places.ts';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const config = z
  .strictObject({
    limit: z.int().positive().describe('Requests under way at the same time.'),
    by: z
      .array(z.string().regex(BY, 'one of all, address, subject, consumer, route, header:…, claim:…'))
      .min(1)
      .default(['all'])
      .describe('Whose requests are counted together.'),
    scope: z.enum(['worker', 'shared']).default('worker').describe('`shared`: all workers and hosts together.'),
    lease: duration.prefault('5m').describe('`shared`: after so long a request is taken for lost.'),
    queue: z
      .strictObject({ size: z.int().min(0), wait: duration.prefault('1s') })
      .prefault({ size: 0 })
      .describe('`worker`: so many may wait for a place, so long.'),
    status: z.union([z.literal(429), z.literal(503)]).default(503),
  })
  .superRefine(({ scope, limit, queue }, context) => {
    if (scope !== 'shared') return;
    if (limit > 500)
      context.addIssue({
        code: 'custom',
        path: ['limit'],
        message: 'shared by all workers at most 500 can be counted',
      });
    if (queue.size > 0)
      context.addIssue({ code: 'custom', path: ['queue'], message: 'only places of a worker can be waited for' });
  });

const pass = () => undefined;

export const concurrency = defineGatewayPolicy({
  name: 'concurrency',
  title: 'Concurrency',
  summary: 'So many requests under way at the same time.',
  config,
  // Who is counted decides in which of the two it counts; the other one passes.
  phases: ['admit', 'authorize', 'log'],
  onFailure: 'closed',
  create({ config: { limit, by, scope, lease, queue, status }, shared, use, log, now }) {
    const places =
      scope === 'worker'
        ? localPlaces({ limit, queue: { size: queue.size, waitMs: queue.wait } })
        : sharedPlaces({
            shared,
            limit,
            leaseMs: lease,
            now,
            onLost: () => log.warn('concurrency could not give a place back; it is free when its lease ends'),
          });
    const keyOf = countedBy(by);

    function settle(exchange: Exchange<Leave>, leave: Leave | undefined) {
      if (leave !== undefined) {
        exchange.own = leave;
        return undefined;
      }
      return problemReply({
        status,
        code: 'GATEWAY_TOO_MANY_AT_ONCE',
        title: status === 429 ? 'Too many requests' : 'Service unavailable',
        detail: `At most ${limit} requests are served at the same time. Try again in a moment.`,
        exchange,
        headers: { 'retry-after': '1' },
        because: `${limit} requests are under way already`,
      });
    }

    const step = (exchange: Exchange<Leave>): PolicyStep =>
      andThen(places.enter(`${use.id}/${keyOf(exchange)}`, exchange.signal), (leave) => settle(exchange, leave));
    const isLate = needsIdentity(by);
    return {
      admit: isLate ? pass : step,
      authorize: isLate ? step : pass,
      log: (exchange: Exchange<Leave>) => exchange.own?.(),
    };
  },
});
