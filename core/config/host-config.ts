import { z } from 'zod';
import { KEEP_TIME } from '../language/types/keep-time.ts';
import { oauthProviderSchema } from '../secrets/oauth/provider-schema.ts';
import { authConfigSchema } from './auth-config.ts';
import { gatewayConfigSchema } from './gateway-config.ts';

const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never);

const keepTime = (fallback: string, description: string) =>
  z
    .string()
    .regex(KEEP_TIME, 'must be a time such as `30d`, `12h` or `forever`')
    .default(fallback)
    .describe(description);

const secretStore = z.strictObject({
  use: z.string().min(1),
  config: z.record(z.string(), z.unknown()).default({}),
  prefix: z.string().default(''),
  path: z.string().min(1).default('{name}'),
  timeoutSeconds: z.number().positive().max(60).default(10),
  cacheSeconds: z.number().min(0).max(3600).default(30),
});

/** Everything `config/backplane.yaml` may say. Its JSON Schema and reference page are made from this. */
export const hostConfigSchema = z.strictObject({
  server: section({
    host: z
      .string()
      .default('127.0.0.1')
      .describe('Address to listen on. Only this machine by default; `0.0.0.0` opens it to the network.'),
    port: z.int().min(0).max(65535).default(8080).describe('Port of the API and webhooks; 0 picks a free one.'),
    maxBodyBytes: z.int().min(1024).default(5_242_880).describe('Larger request bodies are refused with 413.'),
    trustProxy: z
      .boolean()
      .default(false)
      .describe(
        'Believe X-Forwarded-* headers: the caller is the last address in X-Forwarded-For. Only behind a proxy that sets them.',
      ),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Where people reach this host, for links in messages: `https://flows.example.com`. Absent: the address that it listens on.',
      ),
    environment: z
      .enum(['development', 'production'])
      .optional()
      .describe('A production host does not start without `secrets.keys`. Absent: as NODE_ENV says.'),
  }).describe('The HTTP server.'),
  auth: authConfigSchema,
  gateway: gatewayConfigSchema,
  database: section({
    url: z
      .string()
      .optional()
      .describe(
        'Postgres 14 or newer, as a connection URL. Absent: `DATABASE_URL`, else an embedded Postgres in the data folder.',
      ),
  }).describe('Where everything is stored.'),
  redis: section({
    url: z
      .url({ protocol: /^rediss?$/ })
      .optional()
      .describe('A Redis that the hosts of one database share, as `redis://` or `rediss://`. Absent: `REDIS_URL`.'),
  }).describe('Optional: by it hosts tell each other of changes, beside the database.'),
  access: section({
    policy: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A policy decision point of a plugin, asked about everything that roles allow: it can only take away, and while it does not answer nobody but the host itself may do anything.',
      ),
    policyConfig: z.record(z.string(), z.unknown()).default({}).describe('Its settings.'),
  }).describe('Who may do what. See [Access](access.md).'),
  audit: section({
    keep: keepTime('forever', 'How long audit entries are kept: `365d`, `1095d` … or `forever`.'),
    webhook: z
      .strictObject({
        url: z.url({ protocol: /^https?$/ }),
        secret: z.string().min(16).optional(),
        headers: z.record(z.string(), z.string()).default({}),
        timeoutSeconds: z.number().min(1).max(60).default(15),
      })
      .optional()
      .describe('Where every entry is sent: `url`, `secret` for a signature, `headers`, `timeoutSeconds` (15).'),
  }).describe('The record of who did what. See [Audit](audit.md).'),
  log: section({
    level: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('The least severe lines that are written.'),
  }).describe('Structured log lines on stderr.'),
  language: section({
    strict: z
      .boolean()
      .default(false)
      .describe(
        'A path that finds nothing is an error in every workflow and template, not only in those that say `strict: true`.',
      ),
  }).describe('The expression language.'),
  engine: section({
    maxConcurrentActions: z
      .int()
      .min(1)
      .default(256)
      .describe('Actions running at the same time; more wait their turn, fairly over runs.'),
    maxOpenRuns: z
      .int()
      .min(1)
      .default(20_000)
      .describe('Unfinished runs held at once; beyond it new ones are refused with 429.'),
    maxLiveBytes: z
      .int()
      .min(1_000_000)
      .optional()
      .describe(
        'What unfinished runs may hold in memory together, as JSON; beyond it new ones are refused with 429. Default: an eighth of the heap.',
      ),
    claimCheckBytes: z
      .int()
      .min(1_024)
      .default(262_144)
      .describe('Larger inputs, results and snapshots stand in the blob store, and the database refers to them.'),
    hibernateAfterSeconds: z
      .number()
      .min(1)
      .default(60)
      .describe('A run that has nothing to do for longer leaves the memory until then.'),
    cancelGraceSeconds: z
      .number()
      .min(0)
      .default(10)
      .describe('How long the actions of a cancelled run may take to stop before nobody waits for them any more.'),
    shutdownSeconds: z.number().min(0).default(10).describe('How long running actions may finish when the host stops.'),
  }).describe('The workflow engine.'),
  limits: section({
    actions: z
      .record(z.string().regex(/^[\w.*-]+$/, 'the name of an action, in which * stands for anything'), z.int().min(1))
      .default({})
      .describe(
        'How many of an action may run at the same time on this host: `{core.http_request: 20, "tools.slack.*": 5}`. The most exact name counts. Others do not wait behind them.',
      ),
    workspace: section({
      actions: z.int().min(1).optional(),
      runs: z.int().min(1).optional(),
    }).describe(
      'For each workspace: how many `actions` may run at the same time, and how many unfinished `runs` it may have before new ones are refused with 429.',
    ),
  }).describe(
    'What may run at the same time, beside `engine.maxConcurrentActions` and `engine.maxOpenRuns`. Counted on each host for itself.',
  ),
  blobs: section({
    folder: z
      .string()
      .optional()
      .describe(
        'Where values over `engine.claimCheckBytes` stand; the same folder for every host on one database. Relative to the data folder; default: `blobs` in it.',
      ),
  }).describe('Large values.'),
  retention: section({
    completed: keepTime('30d', 'How long completed runs are kept: `30d`, `12h`, `2w` … or `forever`.'),
    failed: keepTime('90d', 'How long failed runs are kept.'),
    cancelled: keepTime('30d', 'How long cancelled runs are kept.'),
    sweepEvery: keepTime('1h', 'How often what is older is deleted; `forever` never deletes anything.'),
  }).describe('How long runs are kept after their end. `config.retention` of a workflow is stronger.'),
  notifications: z
    .array(
      z
        .strictObject({
          name: z.string().min(1).max(200).optional(),
          on: z
            .array(z.enum(['completed', 'failed', 'cancelled']))
            .min(1)
            .default(['failed']),
          workflows: z.array(z.string().min(1)).min(1).default(['*']),
          url: z.url({ protocol: /^https?$/ }).optional(),
          notifier: z.string().min(1).optional(),
          config: z.record(z.string(), z.unknown()).optional(),
          secret: z.string().min(16).optional(),
          headers: z.record(z.string(), z.string()).default({}),
          include: z.array(z.enum(['result'])).default([]),
          maxAttempts: z.int().min(1).max(100).default(15),
          timeoutSeconds: z.number().min(1).max(60).default(15),
        })
        .refine(({ url, notifier }) => (url === undefined) !== (notifier === undefined), {
          message: 'expected either `url` or `notifier`',
        })
        .refine(({ notifier, secret, config }) => (notifier === undefined ? config : secret) === undefined, {
          message: '`secret` goes with `url`, `config` with `notifier`',
        }),
    )
    .refine((all) => new Set(all.map(({ name, url, notifier }) => name ?? url ?? notifier)).size === all.length, {
      message: 'two notifications have the same name, URL or notifier; give each a `name` of its own',
    })
    .default([])
    .describe(
      'Who is told when runs end: `on` (default `[failed]`), `workflows` (aliases or ids, `*` stands for any text); an address by `url`, `secret` for a signature, `headers`, or a plugin by `notifier` and its `config`; `include: [result]`, `maxAttempts` (15), `timeoutSeconds` (15). See [Durability](durability.md#notifications).',
    ),
  sandbox: section({
    processes: z.int().min(1).optional().describe('Sandbox processes; default: one per core.'),
    memoryMb: z.int().min(8).default(128).describe('Memory a script may use, unless the action asks for less.'),
    wallSeconds: z.number().positive().default(300).describe('Longest time a script may take.'),
  }).describe('Where user scripts run.'),
  templates: section({
    folders: z
      .array(z.string())
      .default(['templates/tools'])
      .describe('Folders with action templates, relative to the checkout.'),
    workflows: z
      .array(z.string())
      .default(['templates/workflows'])
      .describe('Folders with workflows that are loaded at first start.'),
  }).describe('YAML files loaded at start.'),
  egress: section({
    allow: z
      .array(z.string())
      .default([])
      .describe('When not empty, only these hosts (`api.example.com`, `*.example.com`, CIDR ranges) can be reached.'),
    deny: z.array(z.string()).default([]).describe('Hosts that are never reached.'),
    allowPrivateNetworks: z
      .boolean()
      .default(true)
      .describe(
        'Whether actions may reach private addresses. Cloud metadata addresses are always refused unless listed under `allow`.',
      ),
    proxy: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'HTTP proxy that all requests go through: `http://proxy.example.com:3128`, with `user:password@` as `${env:NAME}` if it asks for them. The proxy looks names up, so the host checks names only. `HTTP_PROXY` and its like are not used. See [Outbound requests](outbound.md#proxies).',
      ),
    noProxy: z
      .array(z.string())
      .default([])
      .describe('What is dialled without the proxy: names, `*.names`, addresses and ranges as under `allow`.'),
  }).describe('What actions may reach over the network. See [Outbound requests](outbound.md).'),
  oauth: section({
    clients: z
      .record(
        z.string(),
        z.strictObject({
          id: z.string().min(1),
          secret: z.string().optional(),
          settings: z.record(z.string(), z.string()).default({}),
        }),
      )
      .default({})
      .describe(
        'Backplane as providers know it, for every workspace: `github: { id, secret: "${env:GITHUB_SECRET}", settings }`. A workspace may have its own, which is stronger.',
      ),
    providers: z
      .array(oauthProviderSchema)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
        message: 'two providers have the same name',
      })
      .default([])
      .describe(
        'Providers that no plugin brings: `name`, `title`, `grants`, `endpoints`, `scopes`, `sendTokenTo` and the rest, as in a plugin. See [Connections](connections.md#providers-of-your-own).',
      ),
  }).describe('Connecting services by OAuth 2.0.'),
  secrets: z
    .object({
      keys: z
        .union([
          z.array(z.string()),
          z.string().transform((list) => list.split(',').filter((key) => key.trim() !== '')),
        ])
        .default([])
        .describe(
          'Keys that stored secrets are encrypted with, newest first: 32 bytes each, in URL-safe Base64. Normally BACKPLANE_SECRETS_KEYS, a comma between two. Absent: one is made in the data folder. See [Secrets](secrets.md#keys).',
        ),
      stores: z
        .record(z.string().regex(/^[a-z][a-z0-9_-]*$/, 'expected lower-case letters, digits, - and _'), secretStore)
        .default({})
        .describe(
          'Secret stores of plugins, asked in this order for what is stored neither here nor below: `vault: { use, config, prefix, path, timeoutSeconds, cacheSeconds }`. See [Secrets](secrets.md#stores).',
        ),
    })
    .catchall(z.record(z.string(), z.string()))
    .prefault({})
    .describe(
      'All other keys are secrets by name, normally `${env:NAME}` references: `virustotal: { API_KEY: "${env:VT_KEY}" }`. Stored ones of the same name are stronger.',
    ),
  variables: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Values of `VARS`, by name. Stored ones of the same name are stronger.'),
  flags: z.record(z.string(), z.boolean()).default({}).describe('Feature flags.'),
});

export type HostConfig = z.output<typeof hostConfigSchema>;

/** The JSON Schema that editors use, kept in `config/schemas/`. */
export function hostConfigJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(hostConfigSchema, { io: 'input' }), title: 'config/backplane.yaml' };
}
