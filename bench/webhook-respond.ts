import { cpuMs } from '../core/sandbox/pool/process-usage.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { type Contender, compare, type Figure } from './compare.ts';
import { type HostProcess, openHost } from './host-process.fixture.ts';
import { openHttpLoad, postRequest } from './http-load.fixture.ts';
import { NODE_RED_MISSING, openNodeRed } from './node-red.fixture.ts';

const CONNECTIONS = 64;
const REQUESTS = 20_000;
const BODY = { name: 'Ada', count: 1, tags: ['a', 'b'] };
const HOLDS = '"greeting":"Ada"';

const workflow = (durability: string) => `title: Respond
config: {durability: ${durability}}
triggers: [{type: webhook, auth: {type: api_key, secret: bench.KEY}, respond: result}]
actions:
  - ref: set
    action: core.transform.reshape
    args:
      value: {name: "\${{ TRIGGER.name }}", count: "\${{ TRIGGER.count }}", tags: "\${{ TRIGGER.tags }}",
        greeting: "\${{ TRIGGER.name }}", source: edge}
returns: \${{ ACTIONS.set.result }}
`;

async function addWorkflows(host: HostProcess): Promise<void> {
  for (const durability of ['journal', 'none'])
    await host.api('POST', '/workflows', { alias: durability, source: workflow(durability) });
}

type Name = 'durable' | 'edge' | 'nodeRed';

/** A JSON call that is answered with some fields set; ours proves its caller with a key, Node-RED takes anybody. */
export const webhookRespond: Benchmark = {
  name: 'webhook-respond',
  mustReach:
    'durable at least 0.35 × Node-RED, with `durability: none` at least 1 × (requests/s; the ratios here are times, so at most 2.86 and 1)',
  async run(): Promise<BenchmarkResult> {
    await using host = await openHost('secrets: {bench: {KEY: open-sesame}}\n');
    await addWorkflows(host);
    await using nodeRed = await openNodeRed();
    using load = openHttpLoad();
    const contender = (target: { port: number; pid: number }, request: string): Contender => ({
      operations: REQUESTS,
      cpuMs: () => cpuMs(target.pid) ?? Number.NaN,
      run: () =>
        load.send({
          port: target.port,
          request,
          connections: CONNECTIONS,
          requests: REQUESTS,
          status: 'HTTP/1.1 200',
          holds: HOLDS,
        }),
    });
    const ours = (alias: string) =>
      contender(host, postRequest(`/api/webhooks/${alias}`, BODY, { 'X-API-Key': 'open-sesame' }));
    const figures: Record<Name, Figure> = await compare({
      edge: ours('none'),
      ...(nodeRed !== undefined && { nodeRed: contender(nodeRed, postRequest(nodeRed.path, BODY)) }),
      durable: ours('journal'),
    } as Record<Name, Contender>);
    const perSecond = Object.fromEntries(
      Object.entries(figures).map(([name, { wallMicros }]) => [name, Math.round(1e6 / wallMicros)]),
    );
    const all = { ...figures, perSecond, connections: CONNECTIONS };
    if (nodeRed === undefined) return { ratios: {}, figures: all, missing: [NODE_RED_MISSING] };
    const ratio = (name: Name) => figures[name].wallMicros / figures.nodeRed.wallMicros;
    return {
      ratios: { 'Node-RED (`durability: none`)': ratio('edge'), 'Node-RED (durable)': ratio('durable') },
      figures: all,
      reached: ratio('edge') <= 1 && ratio('durable') <= 1 / 0.35,
    };
  },
};
