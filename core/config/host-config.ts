import { z } from 'zod';

const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never);

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
  }).describe('The HTTP server.'),
  database: section({
    url: z
      .string()
      .optional()
      .describe(
        'Postgres 14 or newer, as a connection URL. Absent: `DATABASE_URL`, else an embedded Postgres in the data folder.',
      ),
  }).describe('Where everything is stored.'),
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
    shutdownSeconds: z.number().min(0).default(10).describe('How long running actions may finish when the host stops.'),
  }).describe('The workflow engine.'),
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
  }).describe('What actions may reach over the network.'),
  secrets: z
    .record(z.string(), z.record(z.string(), z.string()))
    .default({})
    .describe(
      'Secrets by name and key, normally `${env:NAME}` references: `virustotal: { API_KEY: "${env:VT_KEY}" }`.',
    ),
  variables: z.record(z.string(), z.unknown()).default({}).describe('Values of `VARS`, by name.'),
  flags: z.record(z.string(), z.boolean()).default({}).describe('Feature flags.'),
});

export type HostConfig = z.output<typeof hostConfigSchema>;

/** The JSON Schema that editors use, kept in `config/schemas/`. */
export function hostConfigJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(hostConfigSchema, { io: 'input' }), title: 'config/backplane.yaml' };
}
