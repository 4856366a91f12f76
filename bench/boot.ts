import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { type Start, startOnce } from './start-once.fixture.ts';

const ROUNDS = 7;
const WARM_LIMIT_MS = 500;
const FIRST_LIMIT_MS = 2500;
const MEMORY_LIMIT_MB = 200;

async function bareNode(): Promise<number> {
  const began = performance.now();
  await new Promise((resolve) => spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('exit', resolve));
  return performance.now() - began;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** First and warm start of a whole host with its own Postgres, beside `node -e 0`; and its memory when idle. Linux only. */
export const boot: Benchmark = {
  name: 'boot',
  mustReach: `warm under ${WARM_LIMIT_MS} ms, first under ${FIRST_LIMIT_MS} ms, idle under ${MEMORY_LIMIT_MB} MB`,
  async run() {
    const home = mkdtempSync(join(tmpdir(), 'bp-boot-'));
    try {
      const first = await startOnce(home);
      const warm: Start[] = [];
      const bare: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        warm.push(await startOnce(home));
        bare.push(await bareNode());
      }
      const warmMs = median(warm.map((start) => start.milliseconds));
      const residentMb = median(warm.map((start) => start.residentMb));
      return {
        ratios: { 'node -e 0': warmMs / median(bare), '500 ms': warmMs / WARM_LIMIT_MS },
        figures: { firstMs: first.milliseconds, warmMs, bareMs: median(bare), residentMb },
        reached: warmMs < WARM_LIMIT_MS && first.milliseconds < FIRST_LIMIT_MS && residentMb < MEMORY_LIMIT_MB,
      };
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
};
