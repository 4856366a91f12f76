import { spawn } from 'node:child_process';
import { readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../core/host/checkout.ts';

export interface Start {
  readonly milliseconds: number;
  readonly residentMb: number;
}

/** From spawning `backplane start` to its ready file, and the memory of the idle host; then stops it. */
export async function startOnce(home: string, options: readonly string[] = []): Promise<Start> {
  const ready = join(home, 'ready.json');
  rmSync(ready, { force: true });
  const began = performance.now();
  const host = spawn(
    process.execPath,
    [
      join(CHECKOUT, 'bin', 'backplane.mjs'),
      'start',
      '--port',
      '0',
      '--data',
      join(home, 'data'),
      '--ready-file',
      ready,
      ...options,
    ],
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
