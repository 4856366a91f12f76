import { z } from 'zod';
import { oauthProviderSchema } from '../../secrets/oauth/provider-schema.ts';
import { ACTION_NAME } from '../manifest/manifest-schema.ts';
import { isFunction, schemaShape, usesShape } from './schema-shape.ts';

const kebab = z.string().regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'expected lower-case words with dashes');
const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'expected up to 63 lower-case letters, digits and underscores');
const dotted = z.string().regex(ACTION_NAME, 'expected a dotted name of lower-case letters, digits and underscores');
const method = z.custom<(...given: any[]) => unknown>(isFunction, 'expected a function');
const described = {
  title: z.string().min(1),
  summary: z.string(),
  docsUrl: z.string().optional(),
  deprecated: z.string().optional(),
};
const scope = z.string().regex(/^[a-z][a-z0-9_.:-]*$/, 'expected a scope such as `acme:tickets:read`');

const route = z.object({
  ...described,
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z
    .string()
    .max(200)
    .regex(/^(?:\/(?:[A-Za-z0-9._~-]+|\{[a-zA-Z]\w*\}))+$/, 'expected a path such as `/tickets/{ticket}`')
    .refine((path) => !/\/\.{1,2}(?:\/|$)/.test(path), 'may not hold `.` or `..`'),
  // One that declares neither is refused: nothing is open by forgetting.
  access: z.union(
    [z.strictObject({ scope }), z.strictObject({ public: z.literal(true), why: z.string().min(1) })],
    'expected `{ scope }`, or `{ public: true, why }`',
  ),
  query: schemaShape.optional(),
  body: schemaShape.optional(),
  bodyAs: z.enum(['value', 'stream']).default('value'),
  reply: schemaShape.optional(),
  uses: usesShape,
  timeoutMs: z.int().positive().max(600_000).default(30_000),
  maxBodyBytes: z.int().nonnegative().default(1_048_576),
  handle: method,
});

const columnType = z.enum([
  'text',
  'integer',
  'bigint',
  'numeric',
  'double',
  'boolean',
  'uuid',
  'timestamp',
  'json',
  'bytes',
]);

const entity = z.object({
  name: identifier,
  columns: z.record(identifier, z.looseObject({ type: columnType, nullable: z.boolean().default(false) })),
});

const migration = z.object({
  name: z.string().regex(/^\d{4}_[a-z0-9_]+$/, 'expected a name such as `0001_tickets`'),
  up: z.array(z.string().min(1)).min(1),
});

const page = z.object({
  name: kebab,
  title: z.string().min(1),
  place: z.enum(['navigation', 'plugin', 'run-step', 'connection', 'dashboard']).default('plugin'),
  file: z
    .string()
    .regex(
      /^(?:\.\/)?(?:[\w-][\w.-]*\/)+[\w-][\w.-]*\.html$/,
      'expected an HTML file in a folder of its own below that of the plugin, such as `pages/index.html`',
    )
    .transform((file) => file.replace(/^\.\//, '')),
  scope,
  icon: z.string().optional(),
});

const triggerBase = {
  ...described,
  name: dotted,
  input: schemaShape,
  event: schemaShape,
  sample: z.unknown(),
  uses: usesShape,
  aliases: z.array(dotted).default([]),
};

const trigger = z.discriminatedUnion('mode', [
  z.object({
    ...triggerBase,
    mode: z.literal('poll'),
    everyMs: z.number().min(1_000),
    dedupeKey: method,
    poll: method,
  }),
  z.object({
    ...triggerBase,
    mode: z.literal('webhook'),
    dedupeKey: method.optional(),
    subscribe: method.optional(),
    unsubscribe: method.optional(),
    verify: method,
    receive: method,
  }),
  z.object({ ...triggerBase, mode: z.literal('stream'), dedupeKey: method, open: method }),
]);

const expressionFunction = z.object({
  name: identifier,
  summary: z.string(),
  parameters: z.array(z.string().regex(/^[a-z]\w*\??$/, 'expected a name, with `?` behind one that may be left out')),
  examples: z.array(z.object({ args: z.array(z.unknown()), gives: z.unknown() })).min(1, 'at least one example'),
  deprecated: z.string().optional(),
  call: method,
});

const notifier = z.object({ ...described, name: kebab, config: schemaShape, uses: usesShape, open: method });

const decisionPoint = z.object({ ...described, name: kebab, config: schemaShape, uses: usesShape, open: method });
const serviceDiscovery = z.object({ ...described, name: kebab, config: schemaShape, uses: usesShape, open: method });
const secretStore = z.object({ ...described, name: kebab, config: schemaShape, uses: usesShape, open: method });

/** What the host reads of each kind that it mounts. Reading copies, so that the plugin cannot change it later. */
export const SHAPES = {
  route,
  entity,
  migration,
  'console-page': page,
  trigger,
  'expression-function': expressionFunction,
  notifier,
  'decision-point': decisionPoint,
  'oauth-provider': oauthProviderSchema,
  'secret-store': secretStore,
  'service-discovery': serviceDiscovery,
} as const;

export type MountedKind = keyof typeof SHAPES;
/** Kind → what the host knows of one of them. */
export type Mounted = { readonly [K in MountedKind]: z.output<(typeof SHAPES)[K]> };
export type AdoptedRoute = Mounted['route'];
export type AdoptedTrigger = Mounted['trigger'];
