import { cpuMs } from '../core/sandbox/pool/process-usage.ts';
import type { Benchmark } from './benchmark.ts';
import { type Contender, compare } from './compare.ts';
import { DBOS_MISSING, openDbos } from './dbos.fixture.ts';
import { inFlight, openBenchEngine, sequence } from './engine.fixture.ts';
import { type HostProcess, openHost } from './host-process.fixture.ts';
import { type HttpLoad, openHttpLoad, postRequest } from './http-load.fixture.ts';

const STEPS = 10;
const RUNS = 3_000;
/** So slow a peer need not run as many to be measured as well. */
const PEER_RUNS = 200;
const GOAL_PER_SECOND = 4_000;
const HTTP_GOAL_PER_SECOND = 1_500;

function load(count: number, total: number, run: () => Promise<unknown>): Contender {
  return { operations: total, run: () => inFlight(count, total, run) };
}

const tenSteps = `title: Ten
actions:
${Array.from({ length: STEPS }, (_, i) => {
  const value = i === 0 ? '1' : `"\${{ ACTIONS.s${i - 1}.result + 1 }}"`;
  return `  - {ref: s${i}, action: core.transform.reshape, args: {value: ${value}}${i === 0 ? '' : `, depends_on: [s${i - 1}]`}}`;
}).join('\n')}
returns: \${{ ACTIONS.s${STEPS - 1}.result }}
`;

/** The same number of steps in a host as a user starts it, each run started by a request that waits for its result. */
function overHttp(host: HostProcess, load: HttpLoad): Contender {
  return {
    operations: RUNS,
    cpuMs: () => cpuMs(host.pid) ?? Number.NaN,
    run: () =>
      load.send({
        port: host.port,
        request: postRequest('/api/workflows/ten/runs?wait=result', {}, { Authorization: `Bearer ${host.key}` }),
        connections: 100,
        requests: RUNS,
        status: 'HTTP/1.1 200',
        holds: `\r\n\r\n${STEPS}`,
      }),
  };
}

/**
 * Workflows of ten steps with effects, each step durable before the next begins, many at a time, in this process; and ten steps
 * without effects over the HTTP API of a host of its own.
 */
export const engineThroughput: Benchmark = {
  name: 'engine-throughput',
  mustReach: 'at least 20 times DBOS, and 4,000 workflows/s in process, 1,500 over HTTP',
  async run() {
    await using bench = await openBenchEngine();
    await using dbos = await openDbos(bench.url);
    await using host = await openHost();
    await host.api('POST', '/workflows', { alias: 'ten', source: tenSteps });
    using http = openHttpLoad();
    const effectful = sequence('bench.write', STEPS);
    const pure = sequence('bench.pure', STEPS);
    const figures = await compare({
      effectful100: load(100, RUNS, () => bench.run(effectful)),
      ...(dbos !== undefined && { dbos: load(100, PEER_RUNS, () => dbos.run(STEPS)) }),
      effectful1000: load(1_000, RUNS, () => bench.run(effectful)),
      pure1000: load(1_000, RUNS, () => bench.run(pure)),
      http100: overHttp(host, http),
    } as Record<'effectful100' | 'effectful1000' | 'pure1000' | 'http100' | 'dbos', Contender>);
    const perSecond = Object.fromEntries(
      Object.entries(figures).map(([name, { wallMicros }]) => [name, Math.round(1e6 / wallMicros)]),
    );
    const best = Math.max(perSecond['effectful100']!, perSecond['effectful1000']!);
    const ratios: Record<string, number> = {
      '4,000 workflows/s': GOAL_PER_SECOND / best,
      '1,500 workflows/s over HTTP': HTTP_GOAL_PER_SECOND / perSecond['http100']!,
    };
    const all = { ...figures, perSecond, steps: STEPS };
    if (dbos === undefined) return { ratios, figures: all, missing: [DBOS_MISSING] };
    const toDbos = figures.effectful100.wallMicros / figures.dbos.wallMicros;
    const reached = Math.max(...Object.values(ratios)) <= 1 && toDbos <= 1 / 20;
    return { ratios: { ...ratios, DBOS: toDbos }, figures: all, reached };
  },
};
