import { positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

export const settings = z.strictObject({
  address: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:8500')
    .describe('Where Consul is asked.'),
  token: z.string().min(1).optional().describe('ACL token; write `secret:NAME.KEY`.'),
  datacenter: z.string().min(1).optional().describe('Default: that of the agent.'),
  wait: duration
    .prefault('55s')
    .transform((given) => Math.min(given, 600_000))
    .describe('How long one question waits for news; at most 10m.'),
  hosts: z
    .enum(['address', 'ocelot'])
    .default('address')
    .describe(
      "`address`: the address of the service, or of its node where it has none. `ocelot`: the name of the node where the service stands at the node's address, as Ocelot does.",
    ),
  deregisterAfter: duration
    .prefault('5m')
    .describe('A registered service whose check fails for so long is removed by Consul; at least 1m.'),
  certificateAuthority: z.string().optional().describe('PEM, where Consul has a certificate of its own.'),
});

export type Settings = z.output<typeof settings>;
