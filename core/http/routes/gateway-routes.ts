import { z } from 'zod';
import type { RouteServices } from '../api-services.ts';
import { doerOf } from '../doer.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf } from './schemas.ts';

const place = z.object({ file: z.string(), line: z.int(), column: z.int() });
const problem = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  place,
});
const changes = z.object({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.string()),
});
const reload = z.object({
  at: z.iso.datetime(),
  why: z.string(),
  outcome: z.enum(['applied', 'unchanged', 'refused']).describe('`refused`: what was served before still is.'),
  problems: z.array(problem),
  diff: z.object({ routes: changes, upstreams: changes, policies: changes }).optional(),
});
const status = z.object({
  state: z.enum(['off', 'waiting', 'serving', 'failed']).describe('`waiting`: for a first file.'),
  url: z.string().optional(),
  workers: z.object({ wanted: z.int(), running: z.int() }),
  revision: z.int().describe('Counts the configurations that were served since the host started.'),
  routes: z.int(),
  upstreams: z.int(),
  policies: z.int().describe('Uses of policies.'),
  feeds: z
    .array(
      z.object({
        upstream: z.string(),
        use: z.string().describe('The registry.'),
        service: z.string(),
        targets: z.int(),
        heardAt: z.number().optional().describe('Epoch milliseconds of the last list; absent: there was none yet.'),
        stale: z.string().optional().describe('Why the list may be old.'),
      }),
    )
    .describe('Of upstreams whose targets a registry knows.'),
  registrations: z
    .array(z.object({ id: z.string(), service: z.string(), isRegistered: z.boolean() }))
    .describe('What the gateway announces to registries.'),
  retryAt: z.iso
    .datetime()
    .optional()
    .describe('It could not listen, for a reason outside its files, and tries again then.'),
  lastReload: reload.optional(),
});
const verdict = z.object({
  at: z.number().describe('Epoch milliseconds.'),
  phase: z.string(),
  request: z.string(),
  outcome: z.enum(['answered', 'failed']),
  status: z.int().optional(),
  because: z.string().optional(),
});
const routeView = z.looseObject({
  id: z.string(),
  place,
  path: z.string(),
  methods: z.array(z.string()),
  hosts: z.array(z.string()),
  upstream: z.string().optional().describe('Absent: a policy answers.'),
  authentication: z.enum(['none', 'optional', 'required']),
  schemes: z.array(z.string()),
  policies: z.array(z.string()).describe('Those of the gateway first.'),
});
const upstreamView = z.object({
  name: z.string(),
  isFound: z.boolean().optional().describe('It is there because a request has named it.'),
  targets: z.array(
    z.object({
      id: z.string(),
      weight: z.number(),
      active: z.int().describe('Requests under way, of all workers.'),
      isHealthy: z.boolean(),
      healthyOn: z.int().describe('Workers that send requests there.'),
      askedWorkers: z.int(),
      because: z.string().optional().describe('Why it gets none.'),
    }),
  ),
});
const policyView = z.object({
  id: z.string(),
  policy: z.string(),
  answered: z.int().describe('Requests that it answered itself.'),
  failed: z.int(),
  meanMs: z.number().optional().describe('Of the calls that were timed, one in many.'),
  verdicts: z.array(verdict).describe('The last ones, newest first.'),
});
const explanation = z.looseObject({
  request: z.object({ method: z.string(), host: z.string(), path: z.string(), query: z.string() }),
  route: z.looseObject({ id: z.string(), place, params: z.record(z.string(), z.string()) }).optional(),
  refused: z.object({ status: z.int(), because: z.string() }).optional(),
  considered: z.array(z.object({ id: z.string(), place, fits: z.boolean(), chosen: z.boolean(), because: z.string() })),
  chain: z.array(
    z.object({
      phase: z.string(),
      steps: z.array(z.looseObject({ use: z.string(), policy: z.string(), place, verdicts: z.array(verdict) })),
    }),
  ),
});
const files = z
  .array(z.strictObject({ name: z.string().min(1).max(300), text: z.string().max(2_000_000) }))
  .min(1)
  .max(200);

/** What administrators see of the gateway and do with it. What it serves stands in files, not here. */
export function gatewayRoutes({ gateway }: Pick<RouteServices, 'gateway'>): Route[] {
  const tag = 'Gateway';
  const read = { scope: 'gateway:read', in: 'host' } as const;
  const update = { scope: 'gateway:update', in: 'host' } as const;
  return [
    defineRoute({
      method: 'get',
      path: '/gateway',
      access: read,
      tag,
      summary: 'Whether the gateway serves, with how many workers, and how its last reload ended',
      answers: { 200: { description: 'The state of the gateway of this host.', schema: status } },
      handle: async () => ({ body: gateway.status() }),
    }),
    defineRoute({
      method: 'get',
      path: '/gateway/routes',
      access: read,
      tag,
      summary: 'List the routes that are served',
      answers: { 200: { description: 'In the order of their files.', schema: listOf(routeView) } },
      handle: async () => ({ body: { items: gateway.routes() } }),
    }),
    defineRoute({
      method: 'get',
      path: '/gateway/upstreams',
      access: read,
      tag,
      summary: 'List the upstreams with the health of their targets',
      answers: { 200: { description: 'As all workers see them.', schema: listOf(upstreamView) } },
      handle: async () => ({ body: { items: await gateway.upstreams() } }),
    }),
    defineRoute({
      method: 'get',
      path: '/gateway/policies',
      access: read,
      tag,
      summary: 'List the uses of policies with their last verdicts and mean times',
      answers: { 200: { description: 'Every use.', schema: listOf(policyView) } },
      handle: async () => ({ body: { items: await gateway.policies() } }),
    }),
    defineRoute({
      method: 'post',
      path: '/gateway/explain',
      access: read,
      tag,
      summary: 'Say what would become of a request: route, upstream, policies in their order',
      body: z.strictObject({
        method: z
          .string()
          .regex(/^[A-Za-z]{1,20}$/)
          .default('GET'),
        url: z.string().min(1).max(8_000).describe('`/orders/7?full=1`, or with scheme and host.'),
        headers: z
          .array(z.tuple([z.string().min(1).max(200), z.string().max(8_000)]))
          .max(100)
          .default([]),
      }),
      answers: { 200: { description: 'What would become of it, and why.', schema: explanation } },
      handle: async ({ body }) => ({ body: await gateway.explain(body) }),
    }),
    defineRoute({
      method: 'post',
      path: '/gateway/check',
      access: update,
      tag,
      summary:
        'Check gateway files with the policies of this host; nothing changes. Values of the environment and of secrets are not used',
      body: z.strictObject({ files }),
      answers: {
        200: {
          description: 'Every problem with its place.',
          schema: z.object({
            problems: z.array(problem),
            policiesChecked: z.boolean().describe('False while the gateway does not serve.'),
          }),
        },
      },
      handle: async ({ body }) => ({ body: await gateway.check(body.files) }),
    }),
    defineRoute({
      method: 'post',
      path: '/gateway/import',
      access: read,
      tag,
      summary: 'Say what becomes of Ocelot files, part by part; nothing changes',
      body: z.strictObject({
        files,
        environment: z.string().max(100).optional().describe('Default: `Development`, as in Ocelot.'),
        schemes: z.array(z.string()).max(100).optional().describe('Authentication schemes that gateway files declare.'),
      }),
      answers: {
        200: {
          description: 'The report, and the gateway file that runs them.',
          schema: z.looseObject({
            runs: z.boolean(),
            compat: z.string(),
            routes: z.array(z.string()),
            report: z.looseObject({}),
            yaml: z.string(),
          }),
        },
      },
      handle: async ({ body: { files: given, ...asked } }) => ({ body: await gateway.importOcelot(given, asked) }),
    }),
    defineRoute({
      method: 'post',
      path: '/gateway/reload',
      access: update,
      tag,
      summary: 'Read the files of the gateway now',
      answers: { 200: { description: 'How it ended.', schema: reload } },
      handle: async ({ caller }) => ({ body: await gateway.reload(`${doerOf(caller, 'the admin key')} asked for it`) }),
    }),
    defineRoute({
      method: 'delete',
      path: '/gateway/cache/:region',
      access: update,
      tag,
      summary: 'Empty a region of the policy `cache`, on all workers and hosts that share a state',
      params: z.object({ region: z.string().min(1).max(200) }),
      answers: { 204: { description: 'Nothing kept before is used any more.' } },
      async handle({ params: { region } }) {
        await gateway.emptyCache(region);
        return { status: 204 };
      },
    }),
  ];
}
