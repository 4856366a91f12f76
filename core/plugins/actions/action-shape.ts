import { z } from 'zod';
import { CAPABILITY_OF } from '../manifest/capability.ts';
import { ACTION_NAME } from '../manifest/manifest-schema.ts';

const isFunction = (value: unknown) => typeof value === 'function';
const name = z
  .string()
  .regex(
    ACTION_NAME,
    'expected a dotted name of lower-case letters, digits and underscores, such as `tools.acme.greet`',
  );

/** A schema of any library that speaks Standard Schema. Functions count: some libraries make them so. */
const schema = z.custom<object>((value) => {
  if ((typeof value !== 'object' && !isFunction(value)) || value === null) return false;
  const standard = (value as { '~standard'?: { validate?: unknown } })['~standard'];
  return typeof standard === 'object' && standard !== null && isFunction(standard.validate);
}, 'expected a schema of a library that speaks Standard Schema (zod, valibot, arktype …)');

const secret = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('custom'),
    name: z.string().min(1),
    keys: z.array(z.string()),
    optionalKeys: z.array(z.string()).default([]),
    optional: z.boolean().default(false),
    secretType: z.enum(['custom', 'ssh_key', 'mtls', 'ca_cert']).default('custom'),
  }),
  z.object({
    type: z.literal('oauth'),
    providerId: z.string().min(1),
    grantType: z.enum(['authorization_code', 'client_credentials']),
    optional: z.boolean().default(false),
  }),
]);

/** What the host reads of an action that a plugin contributes. Reading it copies it, so that the plugin cannot change it later. */
export const actionShape = z.object({
  name,
  title: z.string().min(1),
  summary: z.string(),
  group: z.string().optional(),
  docsUrl: z.string().optional(),
  input: schema,
  output: schema.optional(),
  uses: z.array(z.enum(Object.keys(CAPABILITY_OF) as (keyof typeof CAPABILITY_OF)[])).default([]),
  secrets: z.array(secret).default([]),
  effect: z.enum(['pure', 'read', 'write', 'destructive']),
  idempotent: z.enum(['always', 'with-key', 'never']),
  aliases: z.array(name).default([]),
  argumentAliases: z.record(z.string(), z.string()).default({}),
  unevaluated: z.array(z.string()).default([]),
  exactNumbers: z.boolean().default(false),
  timeoutMs: z.number().positive().optional(),
  deprecated: z.string().optional(),
  run: z.custom<(call: object) => unknown>(isFunction, 'expected a function'),
});

export type AdoptedAction = z.output<typeof actionShape>;
