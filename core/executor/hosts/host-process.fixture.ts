import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Order } from './host.fixture.ts';

const SCRIPT = fileURLToPath(new URL('host.fixture.ts', import.meta.url));

/** A host in a process of its own. */
export interface HostProcess extends AsyncDisposable {
  /** Runs that it has accepted under `load`. */
  readonly started: string[];
  ask<T = unknown>(order: Order): Promise<T>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Starts a host, as if on a machine of its own. */
export async function startHostProcess(url: string, upstream: string, machine: string): Promise<HostProcess> {
  const child = spawn(process.execPath, [SCRIPT, url, upstream, machine], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const ready = Promise.withResolvers<void>();
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  const started: string[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as { ready?: true; started?: string; id?: number; value?: unknown; error?: string };
    if (line.ready) ready.resolve();
    else if (line.started !== undefined) started.push(line.started);
    else if (line.error !== undefined) asked.get(line.id!)!.reject(new Error(line.error));
    else asked.get(line.id!)!.resolve(line.value);
  });
  let count = 0;
  const ask = <T>(order: Order): Promise<T> => {
    const id = ++count;
    const answer = Promise.withResolvers<unknown>();
    asked.set(id, answer);
    child.stdin.write(`${JSON.stringify({ id, order })}\n`);
    return answer.promise as Promise<T>;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  await ready.promise;
  return { started, ask, kill, signal: (signal) => void child.kill(signal), [Symbol.asyncDispose]: kill };
}
