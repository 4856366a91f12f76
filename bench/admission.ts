import type { RunRequest } from '../core/executor/engine.ts';
import { workflow } from '../core/executor/scheduler/run-driver.fixture.ts';
import type { Benchmark } from './benchmark.ts';
import { compare } from './compare.ts';
import { type BenchEngine, openBenchEngine } from './engine.fixture.ts';

const RUNS = 4;
const ACTIONS = 256;
const WIDE_LIMIT_MS = 300;
const ADMITTED = 1_024;
const ADMIT_LIMIT_MS = 500;

function request(name: string, actions: number): RunRequest {
  const definition = workflow(
    Array.from({ length: actions }, (_, i) => ({ ref: `a${i}`, action: 'bench.write', args: { value: i } })),
  );
  return { workflow: name, version: 1, definition, trigger: {}, triggerType: 'manual' };
}

/** Starts that many runs at once and tells when the last was accepted, which is durable; then lets them end. */
async function admit(bench: BenchEngine, asked: RunRequest): Promise<number> {
  const start = performance.now();
  const handles = await Promise.all(Array.from({ length: ADMITTED }, () => bench.engine.start(asked)));
  const admittedMs = performance.now() - start;
  await Promise.all(handles.map(({ runId }) => bench.engine.result(runId)));
  return admittedMs;
}

/** Four runs of 256 actions without dependencies, at once, to their end; and the admission of 1,024 runs of one action. */
export const admission: Benchmark = {
  name: 'admission',
  mustReach: `4 × 256 actions under ${WIDE_LIMIT_MS} ms, ${ADMITTED} runs admitted in under ${ADMIT_LIMIT_MS} ms`,
  async run() {
    await using bench = await openBenchEngine();
    const wide = request('wide', ACTIONS);
    const one = request('one', 1);
    const admitted: number[] = [];
    const { runs, single } = await compare({
      runs: {
        operations: 1,
        run: () => Promise.all(Array.from({ length: RUNS }, () => bench.run(wide))).then(() => undefined),
      },
      single: {
        operations: 1,
        run: async () => void admitted.push(await admit(bench, one)),
      },
    });
    const wideMs = runs.wallMicros / 1000;
    // The first round warms up.
    const admitMs = admitted.slice(1).sort((a, b) => a - b)[Math.floor((admitted.length - 1) / 2)]!;
    return {
      ratios: {
        [`${WIDE_LIMIT_MS} ms (wide)`]: wideMs / WIDE_LIMIT_MS,
        [`${ADMIT_LIMIT_MS} ms (admission)`]: admitMs / ADMIT_LIMIT_MS,
      },
      figures: { wideMs, admitMs, wide: runs, toTheEnd: single },
      reached: wideMs < WIDE_LIMIT_MS && admitMs < ADMIT_LIMIT_MS,
    };
  },
};
