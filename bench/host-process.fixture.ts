import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from '../core/host/checkout.ts';

/** A whole host as a user starts it: a process of its own, with its own Postgres. */
export interface HostProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly home: string;
  /** Calls below `/api` with the admin key. Throws unless the answer is a success. */
  api(method: string, path: string, body?: unknown): Promise<any>;
  readonly key: string;
}

export async function openHost(config = '', nodeOptions: readonly string[] = []): Promise<HostProcess> {
  const home = mkdtempSync(join(tmpdir(), 'bp-bench-'));
  mkdirSync(join(home, 'config'));
  writeFileSync(join(home, 'config', 'backplane.yaml'), `log: {level: warn}\ntemplates: {workflows: []}\n${config}`);
  writeFileSync(join(home, 'config', 'plugins.yaml'), '');
  const ready = join(home, 'ready.json');
  const options = ['--port', '0', '--config', join(home, 'config'), '--data', join(home, 'data')];
  const host = spawn(
    process.execPath,
    [...nodeOptions, join(CHECKOUT, 'bin', 'backplane.mjs'), 'start', ...options, '--ready-file', ready],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } },
  );
  const ended = new Promise((resolve) => host.once('exit', resolve));
  await Promise.race([
    written(home, 'ready.json'),
    ended.then((code) => Promise.reject(new Error(`the host ended with ${code}`))),
  ]);
  const { url } = JSON.parse(readFileSync(ready, 'utf8')) as { url: string };
  const key = readFileSync(join(home, 'data', 'admin.key'), 'utf8').trim();
  return {
    url,
    port: Number(new URL(url).port),
    pid: host.pid!,
    home,
    key,
    async api(method, path, body) {
      const answer = await fetch(`${url}/api${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    async [Symbol.asyncDispose]() {
      host.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Resolves once a file of this name appears in the folder. */
export function written(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_event, file) => {
      if (file !== name) return;
      watcher.close();
      resolve();
    });
  });
}
