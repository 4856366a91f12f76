import { defineGatewayPolicy, type PolicyRequest, positiveMilliseconds, problemReply } from '@backplane/sdk';
import { z } from 'zod';
import { pause } from './pause.ts';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const percent = z.number().gt(0).max(100).default(100).describe('Of the requests that `when` lets through.');

const config = z
  .strictObject({
    delay: z.strictObject({ for: duration, percent }).optional().describe('Holds requests back.'),
    abort: z
      .strictObject({ status: z.int().min(200).max(599).default(503), percent })
      .optional()
      .describe('Answers instead of the upstream.'),
    when: z
      .strictObject({ header: z.string().min(1), value: z.string().optional() })
      .optional()
      .describe('Only requests that have this header, with this value if there is one.'),
  })
  .refine(({ delay, abort }) => delay !== undefined || abort !== undefined, 'name `delay`, `abort` or both');

export const faultInjection = defineGatewayPolicy({
  name: 'fault-injection',
  title: 'Fault injection',
  summary: 'Makes some requests slow or lets them fail, to see how callers bear it.',
  config,
  // Around each try, so that breakers, retries and timeouts outside of it see the faults as the upstream's.
  phases: ['attempt'],
  onFailure: 'open',
  create({ config: { delay, abort, when }, meters }) {
    const counted = meters.counter('gateway_faults_total', { help: 'Faults injected', labels: ['route', 'fault'] });
    const isDrawn = (share: number) => share === 100 || Math.random() * 100 < share;
    const isMeant = ({ headers }: PolicyRequest) => {
      if (when === undefined) return true;
      const value = headers.get(when.header);
      return value !== undefined && (when.value === undefined || value === when.value);
    };

    return {
      async attempt(exchange, next) {
        if (!isMeant(exchange.request)) return next();
        if (delay !== undefined && isDrawn(delay.percent)) {
          counted.add({ route: exchange.route.id, fault: 'delay' });
          await pause(delay.for, exchange.signal);
        }
        if (abort === undefined || !isDrawn(abort.percent)) return next();
        counted.add({ route: exchange.route.id, fault: 'abort' });
        return problemReply({
          status: abort.status,
          code: 'GATEWAY_FAULT_INJECTED',
          title: 'Injected fault',
          detail: 'The gateway answers with a fault on purpose.',
          exchange,
        });
      },
    };
  },
});
