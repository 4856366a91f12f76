import { defineGatewayPolicy, type Exchange, positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

/** Bodies up to here are kept to be sent to both. */
const COPY_BYTES = 64 * 1024;

const config = z.strictObject({
  route: z.string().min(1).describe('Id of the route that gets the copy; its whole chain runs.'),
  percent: z.number().gt(0).max(100).default(100).describe('Of the requests.'),
  methods: z
    .array(z.string().toUpperCase())
    .default(['GET', 'HEAD', 'OPTIONS'])
    .describe('Others have effects that a copy would have again.'),
  when: z
    .enum(['after', 'alongside'])
    .default('after')
    .describe('After the answer has been sent, or at the same time.'),
  timeout: duration.prefault('10s').describe('A copy is given up after so long.'),
  atOnce: z.int().positive().default(50).describe('Copies under way in a worker; more are left out.'),
});

export const mirror = defineGatewayPolicy({
  name: 'mirror',
  title: 'Mirror',
  summary: 'Sends a copy of requests to another route, whose answers nobody waits for.',
  config,
  // After sign-in and rights: nobody can make copies who may not make requests.
  phases: ['rewrite'],
  onFailure: 'open',
  body: { request: { buffer: { maxBytes: COPY_BYTES, onOverflow: 'skip' } } },
  create({ config: { route, percent, methods, when, timeout, atOnce }, meters }) {
    const mirrored = new Set(methods);
    const counted = meters.counter('gateway_mirrored_total', {
      help: 'Copies of requests, by what became of them',
      labels: ['route', 'result'],
    });
    let underWay = 0;

    async function copy(exchange: Exchange): Promise<void> {
      const labels = { route: exchange.route.id };
      if (underWay >= atOnce) return counted.add({ ...labels, result: 'left out' });
      underWay += 1;
      try {
        const { body } = exchange.request;
        const signal = AbortSignal.timeout(timeout);
        const { status } = await exchange.call({ route, signal, ...(body !== undefined && { body }) });
        counted.add({ ...labels, result: `${Math.floor(status / 100)}xx` });
      } catch {
        counted.add({ ...labels, result: 'failed' });
      } finally {
        underWay -= 1;
      }
    }

    return {
      rewrite(exchange): undefined {
        const { request } = exchange;
        if (!mirrored.has(request.method) || (percent < 100 && Math.random() * 100 >= percent)) return;
        if (request.bodyKind === 'stream') counted.add({ route: exchange.route.id, result: 'body too large' });
        else if (when === 'after') exchange.defer(() => copy(exchange));
        else void copy(exchange);
      },
    };
  },
});
