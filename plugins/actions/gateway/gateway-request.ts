import { defineAction, Float } from '@backplane/sdk';
import { z } from 'zod';
import { composeRequest } from './compose-request.ts';
import { readReply } from './read-reply.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const entries = z.record(z.string(), z.unknown()).nullish();

/** Whole and broken numbers, as exact arguments carry them. */
const number = z
  .unknown()
  .transform((given) => (Float.is(given) ? given.value : typeof given === 'bigint' ? Number(given) : given));

export const gatewayRequest = defineAction({
  name: 'core.gateway.request',
  title: 'Gateway request',
  summary: 'Sends one request to a service behind the gateway and gives {status, headers, data}.',
  group: 'Gateway',
  input: z.strictObject({
    upstream: z.string().min(1).describe('Name of an upstream in the gateway files.'),
    method: z
      .string()
      .transform((text) => text.toUpperCase())
      .pipe(z.enum(METHODS))
      .default('GET')
      .meta({ enum: METHODS })
      .describe('HTTP method. Default: GET.'),
    path: z.string().startsWith('/').describe('Path, encoded as it is sent; may have a query.'),
    params: entries.describe('Query parameters; null ones are left out, lists repeat the name.'),
    headers: entries.describe('Request headers; null ones are left out.'),
    payload: z.unknown().describe('JSON body.').optional(),
    timeout: number
      .pipe(z.number().min(0.001).max(86_400))
      .default(10)
      .meta({ type: 'number', minimum: 0.001, maximum: 86_400 })
      .describe('Seconds for the whole exchange. Default: 10.'),
    ignore_status_codes: z
      .array(number.pipe(z.int()).meta({ type: 'integer' }))
      .default([])
      .describe('Statuses of 400 and above that are no error.'),
    idempotency_key_header: z
      .string()
      .nullish()
      .describe(
        'Name of a header, for instance Idempotency-Key, that gets the same value on every attempt of this step.',
      ),
  }),
  output: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), data: z.unknown() }),
  uses: ['gateway'],
  effect: 'write',
  idempotent: 'with-key',
  exactNumbers: true,
  examples: [{ name: 'look an order up', input: { upstream: 'orders', path: '/v2/orders/7' } }],
  async run({ input, gateway, run, signal }) {
    const reply = await gateway.request({ ...composeRequest(input, run.idempotencyKey), signal });
    return { ...readReply(input.upstream, reply, input.ignore_status_codes) };
  },
});
