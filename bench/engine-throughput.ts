import type { Benchmark } from './benchmark.ts';
import { type Contender, compare } from './compare.ts';
import { DBOS_MISSING, openDbos } from './dbos.fixture.ts';
import { inFlight, openBenchEngine, sequence } from './engine.fixture.ts';

const STEPS = 10;
const RUNS = 3_000;
/** So slow a peer need not run as many to be measured as well. */
const PEER_RUNS = 200;
const GOAL_PER_SECOND = 4_000;

function load(count: number, total: number, run: () => Promise<unknown>): Contender {
  return { operations: total, run: () => inFlight(count, total, run) };
}

/** Workflows of ten steps with effects, each step durable before the next begins, many at a time, in this process. */
export const engineThroughput: Benchmark = {
  name: 'engine-throughput',
  mustReach: 'at least 20 times DBOS, and 4,000 workflows/s in process',
  async run() {
    await using bench = await openBenchEngine();
    await using dbos = await openDbos(bench.url);
    const effectful = sequence('bench.write', STEPS);
    const pure = sequence('bench.pure', STEPS);
    const figures = await compare({
      effectful100: load(100, RUNS, () => bench.run(effectful)),
      ...(dbos !== undefined && { dbos: load(100, PEER_RUNS, () => dbos.run(STEPS)) }),
      effectful1000: load(1_000, RUNS, () => bench.run(effectful)),
      pure1000: load(1_000, RUNS, () => bench.run(pure)),
    } as Record<'effectful100' | 'effectful1000' | 'pure1000' | 'dbos', Contender>);
    const perSecond = Object.fromEntries(
      Object.entries(figures).map(([name, { wallMicros }]) => [name, Math.round(1e6 / wallMicros)]),
    );
    const best = Math.max(perSecond['effectful100']!, perSecond['effectful1000']!);
    const ratios: Record<string, number> = { '4,000 workflows/s': GOAL_PER_SECOND / best };
    const all = { ...figures, perSecond, steps: STEPS };
    if (dbos === undefined) return { ratios, figures: all, missing: [DBOS_MISSING] };
    const toDbos = figures.effectful100.wallMicros / figures.dbos.wallMicros;
    return { ratios: { ...ratios, DBOS: toDbos }, figures: all, reached: best >= GOAL_PER_SECOND && toDbos <= 1 / 20 };
  },
};
