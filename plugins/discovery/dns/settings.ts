import { positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

export const settings = z.strictObject({
  servers: z
    .array(z.string().min(1))
    .default([])
    .describe('Addresses of DNS servers, with `:port` where it is not 53; none: those of the machine.'),
  port: z.int().min(1).max(65_535).default(80).describe('For names without a port; SRV records have their own.'),
  family: z.enum(['4', '6', 'both']).default('both').describe('Which addresses are wanted.'),
  timeout: duration.default(2_000).describe('For one try of one server.'),
  tries: z.int().positive().default(2),
  minTtl: duration.default(1_000).describe('A name is not asked more often.'),
  maxTtl: duration.default(30_000).describe('A name is asked at least so often, whatever its TTL.'),
});

export type Settings = z.output<typeof settings>;
