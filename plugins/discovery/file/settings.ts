import { z } from 'zod';

export const settings = z.strictObject({
  path: z.string().min(1).describe('A YAML or JSON file; relative ones count from where the host was started.'),
});

const instance = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  id: z.string().min(1).optional(),
  scheme: z.enum(['http', 'https']).optional(),
  weight: z.number().nonnegative().default(1),
  tags: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.string()).default({}),
});

/** `10.0.0.1:8080`, `[fd00::1]:8080`; anything else is left to the schema. */
function fromText(given: unknown): unknown {
  const [, host, port] = typeof given === 'string' ? (/^(.+):(\d{1,5})$/.exec(given) ?? []) : [];
  return host === undefined ? given : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** Services by name. */
export const services = z.record(z.string().min(1), z.array(z.preprocess(fromText, instance)));
export type Services = z.output<typeof services>;
