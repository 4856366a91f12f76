import { positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const text = z.string().min(1);
const maxCalls = z
  .int()
  .positive()
  .max(1000)
  .default(100)
  .describe('Most calls for one request; an answer that asks for more is refused.');

const branch = z.strictObject({
  route: text.describe('Id of the route; its whole chain runs, for the same caller.'),
  url: z
    .string()
    .startsWith('/')
    .optional()
    .describe('Path and query for it, with placeholders; default what the caller sent.'),
  params: z.record(text, z.string()).default({}).describe('Parameters of its path, besides those of this route.'),
  optional: z.boolean().default(false).describe('Whether the answer goes out without it when it fails.'),
  default: z.json().optional().describe('What stands for an optional one that failed; without it the key is left out.'),
  timeout: duration.default(10_000).describe('Milliseconds, or a duration.'),
});

const native = z.strictObject({
  mode: z.literal('native').default('native'),
  routes: z
    .record(
      text,
      z.preprocess((given) => (typeof given === 'string' ? { route: given } : given), branch),
    )
    .refine((routes) => Object.keys(routes).length > 0, 'names no routes')
    .describe('Key in the answer → route.'),
  as: z
    .enum(['nest', 'merge'])
    .default('nest')
    .describe('`nest`: each answer under its key; `merge`: one object of the fields of all, later ones win.'),
});

/** As the import of Ocelot files writes it. */
const ocelot = z.strictObject({
  mode: z.literal('ocelot'),
  routes: z.array(z.strictObject({ key: text, route: text })).min(1),
  config: z.array(z.strictObject({ route: text, jsonPath: text, parameter: text })).default([]),
  maxCalls,
});

export const settings = z.discriminatedUnion('mode', [native, ocelot]);

export type Branch = z.output<typeof branch>;
export type NativeAggregate = z.output<typeof native>;
export type OcelotAggregate = z.output<typeof ocelot>;
