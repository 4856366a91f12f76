import { z } from 'zod';

const proxyProtocol = z
  .strictObject({ trusted: z.array(z.string()).min(1) })
  .describe('Every connection begins with a PROXY header (version 1 or 2), and only `trusted` addresses may connect.');

const tls = z
  .strictObject({
    certificates: z.array(z.strictObject({ certificate: z.string().min(1), key: z.string().min(1) })).min(1),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
    clients: z.strictObject({ mode: z.enum(['request', 'require']), authority: z.string().min(1) }).optional(),
    http2: z.boolean().default(true),
  })
  .describe(
    'PEM files, relative to the folder of the configuration: `certificates: [{ certificate, key }]`, the first for callers that name no host, the others by their names; `minVersion` (TLSv1.2), `http2` (true), `clients: { mode: request | require, authority }` for certificates of callers. Files that change are served from then on, open connections stay; files that cannot be served change nothing.',
  );

const h2c = z.boolean().default(false).describe('HTTP/2 without TLS, from callers that begin with it.');

const endpoint = z.strictObject({
  host: z.string(),
  port: z.int().min(0).max(65_535),
  tls: tls.optional(),
  h2c,
  proxyProtocol: proxyProtocol.optional(),
});

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
    tls: tls.optional(),
    h2c,
    proxyProtocol: proxyProtocol.optional(),
    also: z.array(endpoint).default([]).describe('Further addresses: `{ host, port, tls, h2c, proxyProtocol }`.'),
    workers: z
      .union([z.int().min(1).max(64), z.literal('auto')])
      .default(1)
      .describe('Processes that serve requests, all on the same port. `auto`: one a core.'),
    trustedProxies: z
      .array(z.string())
      .default([])
      .describe(
        'Addresses and blocks (`10.0.0.0/8`) of proxies in front of the gateway whose X-Forwarded-For and X-Forwarded-Proto are believed.',
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
      .default(0)
      .describe('Until all of a request must be there, however large; 0: as long as its body keeps `minBodyRate`.'),
    keepAliveSeconds: z.number().positive().default(65).describe('How long an idle connection is kept.'),
    stalledSeconds: z
      .number()
      .positive()
      .default(60)
      .describe('A caller that takes nothing of an answer for so long is let go.'),
    minBodyRate: z
      .number()
      .min(0)
      .default(240)
      .describe('Bytes a second that a request body must come with, after five seconds; 0: no least pace.'),
    maxConnections: z.int().positive().optional().describe('Open connections of one worker; more are closed at once.'),
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
