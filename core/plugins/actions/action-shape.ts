import { CAPABILITY_OF, NAME_RULES } from '@backplane/sdk/host';
import { z } from 'zod';
import { isFunction, schemaShape } from '../contributions/schema-shape.ts';

const name = z.string().regex(NAME_RULES.action.pattern, `expected ${NAME_RULES.action.expected}`);

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

const connection = z.object({
  kind: z.string().min(1),
  scopes: z.array(z.string()).default([]),
  optional: z.boolean().default(false),
});
const dependency = z.object({ plugin: z.string().min(1), optional: z.boolean() });

/** What the host reads of an action that a plugin contributes. Reading it copies it, so that the plugin cannot change it later. */
export const actionShape = z.object({
  name,
  title: z.string().min(1),
  summary: z.string(),
  group: z.string().optional(),
  docsUrl: z.string().optional(),
  input: schemaShape,
  output: schemaShape.optional(),
  uses: z.array(z.enum(Object.keys(CAPABILITY_OF) as (keyof typeof CAPABILITY_OF)[])).default([]),
  secrets: z.array(secret).default([]),
  connections: z.record(z.string(), connection).default({}),
  deps: z.record(z.string(), dependency).default({}),
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
