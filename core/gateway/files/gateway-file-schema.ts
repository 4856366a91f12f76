import { DURATION, milliseconds } from '@backplane/sdk';
import { z } from 'zod';

/** What the files in `config/gateway/` may say. Their JSON Schema and reference page are made from this. */

const duration = z
  .union([z.string().regex(DURATION, 'expected a time such as `250ms`, `5s` or `1m`'), z.number().nonnegative()])
  .transform((text) => milliseconds(text));

const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'expected letters, digits, dots, dashes and underscores');
const statusRange = z
  .union([
    z.int().min(100).max(599),
    z.string().regex(/^[1-5]\d\d-[1-5]\d\d$/, 'expected a status such as 503, or 500-599'),
  ])
  .transform((given): readonly [number, number] => {
    const [from, to = from] = String(given).split('-').map(Number);
    return [from!, to!];
  });

const method = z
  .string()
  .regex(/^[A-Za-z]+$/)
  .transform((text) => text.toUpperCase());

const fieldCondition = z
  .union(
    [
      z.string(),
      z.boolean(),
      z.strictObject({ like: z.string().describe('A regular expression that the whole value must fit.') }),
    ],
    'expected text, `true`, `false` or `{ like: PATTERN }`',
  )
  .describe('Text that the value must be, `true` (there) or `false` (not there), or `{ like: PATTERN }`.');
const fieldConditions = z.record(z.string().min(1), fieldCondition);

const when = z
  .strictObject({
    methods: z.array(method).optional(),
    path: z.string().optional().describe('A path as in routes: `/orders/{id}`.'),
    headers: fieldConditions.optional(),
    query: fieldConditions.optional(),
    protocols: z.array(z.enum(['http', 'ws', 'sse', 'grpc'])).optional(),
    caller: z.enum(['known', 'unknown']).optional(),
  })
  .describe('The policy is passed over where this does not hold.');

/** Beside the one name of a policy. */
export const USE_KEYS = ['when', 'label', 'enabled'] as const;

const policyUse = z
  .union([
    name,
    z
      .looseObject({ when: when.optional(), label: z.string().optional(), enabled: z.boolean().optional() })
      .refine(
        (given) => policyNames(given).length === 1,
        'expected one policy: `- rate-limit: { limit: 100, period: 1m }`',
      ),
  ])
  .describe('The name of a policy, or `NAME: CONFIG` with `when`, `label` and `enabled` beside it.');

export function policyNames(given: object): string[] {
  return Object.keys(given).filter((key) => !(USE_KEYS as readonly string[]).includes(key));
}

const target = z.union([
  z.string().min(1),
  z.strictObject({
    url: z.string().min(1),
    weight: z.number().nonnegative().default(1),
    metadata: z.record(z.string(), z.string()).default({}),
  }),
]);

const pem = z
  .string()
  .refine(
    (text) => text.startsWith('secret:') || text.includes('-----BEGIN '),
    'expected the PEM itself (`|` and the lines below it), or `secret:NAME.KEY`; it is no path',
  );

const tls = z.strictObject({
  verify: z.boolean().default(true).describe('Whether the certificate of the upstream is checked.'),
  serverName: z
    .string()
    .optional()
    .describe('The name to ask for and to check, where it is not the host of the target.'),
  authority: pem.optional().describe('PEM of the certificate authority.'),
  certificate: pem.optional().describe('PEM shown to the upstream.'),
  key: pem.optional().describe('Its key; write `secret:NAME.KEY`.'),
});

const balancer = z.union([
  z.enum(['first', 'random', 'round-robin', 'weighted', 'least-connections', 'power-of-two']),
  z.discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('consistent-hash'),
        by: z
          .string()
          .regex(
            /^(?:address|path|subject|(?:header|cookie|query):.+)$/,
            'expected address, path, subject, header:NAME, cookie:NAME or query:NAME',
          ),
      }),
      z.strictObject({
        type: z.literal('sticky-cookie'),
        cookie: name.default('backplane-target'),
        ttl: duration.default(0),
      }),
    ],
    'expected `consistent-hash` or `sticky-cookie`',
  ),
]);

const health = z.strictObject({
  active: z
    .strictObject({
      path: z.string().startsWith('/').default('/health'),
      method: method.default('GET'),
      every: duration.default(10_000),
      timeout: duration.default(2_000),
      healthyAfter: z.int().positive().default(2),
      unhealthyAfter: z.int().positive().default(3),
      statuses: z.array(statusRange).default([[200, 299]]),
    })
    .optional(),
  outlier: z
    .strictObject({
      failures: z.int().positive().default(5).describe('In a row.'),
      eject: duration.default(30_000).describe('Times how often it was left out in a row.'),
      maxEjected: z.int().min(0).max(100).default(10).describe('Percent of the targets; one may always be out.'),
      statuses: z.array(statusRange).default([[500, 599]]),
    })
    .optional(),
  slowStart: duration.optional(),
});

const servicePattern = z.string().regex(/^[\w.*-]+$/, 'expected a name, with `*` for any text: `shop-*`');
const serviceRules = {
  except: z.array(servicePattern).default([]).describe('Names that they may not call, however they are spelled.'),
  most: z
    .int()
    .positive()
    .max(10_000)
    .default(100)
    .describe('Most services at once; one that nobody calls makes room.'),
  idle: duration.default(600_000).describe('Without a request for so long a service is let go.'),
};
const onlyNames = z.array(servicePattern).min(1);

const upstream = z
  .strictObject({
    targets: z.array(target).optional(),
    discovery: z
      .strictObject({
        use: name.describe('A service discovery of a plugin: `consul`, `dns`, `kubernetes` …'),
        config: z.record(z.string(), z.unknown()).default({}),
        service: z
          .string()
          .min(1)
          .describe(
            'Its name in the registry; with parameters of the path (`{service}`) callers choose it, see `services`.',
          ),
        namespace: z.string().optional(),
        services: z
          .strictObject({
            only: onlyNames.describe('Names that callers may use, with `*` for any text: `[shop-*]`; `[*]`: all.'),
            ...serviceRules,
            beforeDot: z
              .enum(['name', 'nothing', 'namespace'])
              .default('name')
              .describe('What stands before the first dot: part of the name, dropped, or the namespace.'),
          })
          .optional()
          .describe('Which services callers may name. Needed where `service` has a parameter.'),
        tags: z.array(z.string()).default([]),
        scheme: z.enum(['http', 'https', 'h2c', 'h2']).default('http'),
        poll: duration.default(5_000).describe('Between two questions, where the registry does not tell by itself.'),
      })
      .optional(),
    balancer: balancer.default('round-robin'),
    health: health.default({}),
    failover: name.optional().describe('The upstream that is asked while this one has no healthy target.'),
    pool: z
      .strictObject({
        connections: z.int().positive().default(256).describe('Most connections to one target, for each worker.'),
        keepAlive: duration.default(4_000),
        connectTimeout: duration.default(10_000),
        bodyTimeout: duration.default(300_000).describe('Between two pieces of a body; 0: no limit.'),
        tls: tls.optional(),
      })
      .prefault({}),
  })
  .refine(
    ({ targets, discovery }) => (targets === undefined) !== (discovery === undefined),
    'expected either `targets` or `discovery`',
  )
  .refine(
    ({ discovery }) => discovery === undefined || /[{}]/.test(discovery.service) === (discovery.services !== undefined),
    'expected `discovery.services: { only: [shop-*] }` where `service` has a parameter such as `{service}`, and only there',
  );

const registration = z.strictObject({
  use: name.describe('A service discovery of a plugin that takes registrations: `consul`.'),
  config: z.record(z.string(), z.unknown()).default({}),
  service: z.string().min(1).describe('The name under which it is found.'),
  id: z.string().min(1).optional().describe('Unique in the registry; default SERVICE-HOST-PORT.'),
  host: z.string().min(1).optional().describe('Where it is reached; default where the gateway listens.'),
  port: z.int().min(1).max(65_535).optional().describe('Default the port of the gateway.'),
  scheme: z.enum(['http', 'https']).default('http'),
  weight: z.number().nonnegative().default(1),
  tags: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.string()).default({}),
  health: z
    .union([
      z.literal(false),
      z.strictObject({
        path: z.string().startsWith('/').default('/healthz'),
        every: duration.default(30_000),
        timeout: duration.default(5_000),
      }),
    ])
    .prefault({})
    .describe('What the registry asks; `false`: nothing.'),
});

const authenticate = z.union(
  [
    z.array(name),
    z.literal('none'),
    z.strictObject({
      schemes: z.array(name).min(1),
      optional: z
        .boolean()
        .default(false)
        .describe('Goes on without a caller where no credential came; never with a bad one.'),
    }),
  ],
  'expected a list of schemes such as `[Bearer]`, `none`, or `{ schemes: [Bearer], optional: true }`',
);

const HOST = /^(?:(?:\*\.)?[^\s*:/]+|\[[0-9A-Fa-f:.]+\])$/;
const HOST_FORM = 'expected a host without port, such as `orders.example.com` or `*.example.com`';

const nativeRoute = z.strictObject({
  id: name.optional().describe('Default: made from methods and path.'),
  path: z.string().startsWith('/').describe('`{name}` is one segment, `{name*}` at the end all the rest.'),
  caseSensitive: z.boolean().default(true),
  methods: z.array(method).default([]).describe('None: all but TRACE. GET is also HEAD.'),
  hosts: z
    .array(
      z
        .string()
        .min(1)
        .refine((host) => HOST.test(host), HOST_FORM),
    )
    .default([])
    .describe('`orders.example.com`, `*.example.com`; none: all.'),
  headers: fieldConditions.default({}),
  query: fieldConditions.default({}),
  priority: z.int().default(1).describe('Higher first; otherwise the more exact route wins.'),
  to: z.string().min(1).optional().describe('An upstream, or the URL of a service. Absent: a policy answers.'),
  rewrite: z
    .string()
    .startsWith('/')
    .optional()
    .describe('The path for the upstream: `/v2/orders/{id}`. Absent: as it came.'),
  method: method.optional().describe('The method for the upstream.'),
  host: z
    .string()
    .default('upstream')
    .describe('The Host that the upstream sees: `upstream` (its own), `caller`, or a name.'),
  forwarded: z.boolean().default(true).describe('Adds X-Forwarded-For, -Proto and -Host.'),
  authenticate: authenticate.optional(),
  policies: z.array(policyUse).default([]),
  timeout: duration.optional().describe("Until the upstream's headers are there; 60s."),
  maxBodyBytes: z.int().nonnegative().optional(),
  metadata: z.record(z.string(), z.string()).default({}),
  tags: z.array(z.string()).default([]),
  enabled: z.boolean().default(true),
});

const ocelotRoute = z.strictObject({
  ocelot: z.union([z.string().min(1), z.array(z.string().min(1))]).describe('A file of Ocelot, several, or a folder.'),
  environment: z
    .string()
    .optional()
    .describe('Which ocelot.NAME.json belongs to the environment and is left out of a folder.'),
  handlers: z
    .record(z.string(), z.strictObject({ policy: name, config: z.unknown().optional() }).nullable())
    .default({})
    .describe('What stands for delegating handlers and aggregators of code: class name → policy, or null for nothing.'),
  services: z
    .union(
      [z.literal('named'), z.strictObject({ only: onlyNames.default(['*']), ...serviceRules })],
      'expected `named`, or `{ only: [shop-*], except: [admin] }`',
    )
    .optional()
    .describe('Dynamic routing: which services callers may name. Absent: all; `named`: those of DynamicRoutes alone.'),
});

export const gatewayFileSchema = z.strictObject({
  compat: z
    .enum(['native', 'ocelot', 'ocelot-24.0'])
    .optional()
    .describe('Whose rules hold for Ocelot files of this file. Absent: as the names in them say.'),
  authentication: z
    .record(name, z.looseObject({ type: name.describe('The policy: `jwt`, `api-key`, `basic` …') }))
    .default({})
    .describe('Schemes by name, for `authenticate` of routes. The other keys are the configuration of the policy.'),
  upstreams: z.record(name, upstream).default({}),
  registration: z.array(registration).default([]).describe('What the gateway announces to registries while it runs.'),
  policies: z.array(policyUse).default([]).describe('For every request of the gateway, outermost first.'),
  authenticate: authenticate.optional().describe('For routes that do not say.'),
  routes: z.array(z.union([nativeRoute, ocelotRoute])).default([]),
});

export type GatewayFile = z.output<typeof gatewayFileSchema>;
export type NativeRoute = z.output<typeof nativeRoute>;
export type OcelotRoute = z.output<typeof ocelotRoute>;
export type UpstreamEntry = z.output<typeof upstream>;
export type RegistrationEntry = z.output<typeof registration>;
export type PolicyEntry = z.output<typeof policyUse>;
export type WhenEntry = z.output<typeof when>;
export type FieldConditions = z.output<typeof fieldConditions>;
export type AuthenticateEntry = z.output<typeof authenticate>;

/** The JSON Schema that editors use for the files in `config/gateway/`, kept in `config/schemas/`. */
export function gatewayFileJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(gatewayFileSchema, { io: 'input' }), title: 'config/gateway/*.yaml' };
}
