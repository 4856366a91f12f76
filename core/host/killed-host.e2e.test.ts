import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cpuMs } from '../sandbox/pool/process-usage.ts';
import { KINDS } from './endless-work.fixture.ts';

const SCRIPT = fileURLToPath(new URL('endless-work.fixture.ts', import.meta.url));
/** Processor time that only work takes; what waits takes next to none. */
const BUSY_MS = 300;

// Elsewhere nothing tells which processes there are and what they do; what ends them is the same.
describe.skipIf(process.platform !== 'linux')('after `kill -9` of a host', () => {
  test.each(
    KINDS,
  )('work that never ends does not go on in a process of the kind %s, and no other process is left', async (kind) => {
    await using host = await workingHost(kind);
    await busyChild(host.child.pid!);
    const all = childrenOf(host.child.pid!);
    host.child.kill('SIGKILL');
    await expect.poll(() => all.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  });

  test('who ends them is replaced when it ends itself', async () => {
    await using host = await workingHost('process');
    const busy = await busyChild(host.child.pid!);
    const reaper = () => childrenOf(host.child.pid!).find((pid) => argumentsOf(pid).startsWith('/bin/sh'));
    const first = reaper()!;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => ![undefined, first].includes(reaper())).toBe(true);
    host.child.kill('SIGKILL');
    await expect.poll(() => isAlive(busy), { timeout: 20_000 }).toBe(false);
  });
});

async function workingHost(kind: string): Promise<{ readonly child: ChildProcess } & AsyncDisposable> {
  const child = spawn(process.execPath, [SCRIPT, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  const children = childrenOf(child.pid!);
  return {
    child,
    async [Symbol.asyncDispose]() {
      // Whatever a failing test has left: nothing else would ever end it.
      for (const pid of [...children, child.pid!]) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {} // it has ended
      }
    },
  };
}

async function busyChild(parent: number): Promise<number> {
  const before = new Map(childrenOf(parent).map((pid) => [pid, cpuMs(pid) ?? 0]));
  const isBusy = ([pid, ms]: readonly [number, number]) => (cpuMs(pid) ?? 0) - ms > BUSY_MS;
  await expect.poll(() => [...before].some(isBusy), { timeout: 30_000 }).toBe(true);
  return [...before].find(isBusy)![0];
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid: string): number {
  return Number(/\) \w (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]);
}

/** False also when only its exit code waits for somebody. */
function isAlive(pid: number): boolean {
  return /\) [^ZX] /.test(read(`/proc/${pid}/stat`));
}

function argumentsOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
