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

const address = z
  .string()
  .regex(/^(?:[\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}$/, 'expected host:port')
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  })
  .pipe(instance);

/** Services by name. */
export const services = z.record(z.string().min(1), z.array(z.union([address, instance])));
export type Services = z.output<typeof services>;
