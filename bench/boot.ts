import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from '../core/host/checkout.ts';
import type { Benchmark } from './benchmark.ts';

const ROUNDS = 7;
const WARM_LIMIT_MS = 500;
const FIRST_LIMIT_MS = 2500;
const MEMORY_LIMIT_MB = 200;

interface Start {
  readonly milliseconds: number;
  readonly residentMb: number;
}

/** From spawning `backplane start` to its ready file, and the memory of the idle host; then stops it. */
async function startOnce(home: string): Promise<Start> {
  const ready = join(home, 'ready.json');
  rmSync(ready, { force: true });
  const began = performance.now();
  const host = spawn(
    process.execPath,
    [join(CHECKOUT, 'core', 'main.ts'), 'start', '--port', '0', '--data', join(home, 'data'), '--ready-file', ready],
    { stdio: 'ignore' },
  );
  await written(home, 'ready.json');
  const milliseconds = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const residentMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.pid}/status`, 'utf8'))![1]) / 1024;
  const ended = new Promise((resolve) => host.once('exit', resolve));
  host.kill('SIGTERM');
  await ended;
  return { milliseconds, residentMb };
}

function written(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_event, file) => {
      if (file !== name) return;
      watcher.close();
      resolve();
    });
  });
}

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
