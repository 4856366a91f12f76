import { z } from 'zod';

/** `gateway:` of `config/backplane.yaml`: how the gateway listens. What it does stands in `config/gateway/`. */
export const gatewayConfigSchema = z
  .strictObject({
    enabled: z
      .union([z.boolean(), z.literal('auto')])
      .default('auto')
      .describe(
        '`auto`: it begins with the first file in `config/gateway/`, or at once with `--gateway-port`. `true`: at once. `false`: never.',
      ),
    host: z
      .string()
      .default('127.0.0.1')
      .describe('Address to listen on. Only this machine by default; `0.0.0.0` opens it to the network.'),
    port: z.int().min(0).max(65_535).default(8088).describe('Port of the gateway; 0 picks a free one.'),
    workers: z
      .union([z.int().min(1).max(64), z.literal('auto')])
      .default(1)
      .describe('Processes that serve requests, all on the same port. `auto`: one a core.'),
    trustedProxies: z
      .array(z.string())
      .default([])
      .describe(
        'Addresses and blocks (`10.0.0.0/8`) of proxies in front of the gateway whose X-Forwarded-For is believed.',
      ),
    maxBodyBytes: z
      .int()
      .min(0)
      .default(10_485_760)
      .describe('Larger request bodies are refused with 413, unless the route says otherwise.'),
    maxHeaderBytes: z.int().min(1_024).default(16_384).describe('Most bytes of the headers of a request.'),
    headersTimeoutSeconds: z.number().positive().default(15).describe('Until the headers of a request must be there.'),
    requestTimeoutSeconds: z
      .number()
      .min(0)
      .default(300)
      .describe('Until all of a request must be there; 0: no limit.'),
    keepAliveSeconds: z.number().positive().default(65).describe('How long an idle connection is kept.'),
    policySeconds: z.number().positive().default(30).describe('A policy that has not decided by then has failed.'),
    drainSeconds: z
      .number()
      .min(0)
      .default(10)
      .describe('How long open requests may go on when the gateway stops, or with a configuration that was replaced.'),
  })
  .prefault({})
  .describe('The gateway’s listener. Its routes stand in `config/gateway/`, see [Gateway](gateway/README.md).');

export type GatewayConfig = z.output<typeof gatewayConfigSchema>;
