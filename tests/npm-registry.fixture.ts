import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../core/gateway/worker/free-port.ts';
import { checkout } from './source-tree.fixture.ts';

/** A Verdaccio of its own, with no way to any other registry, and a user who may publish. */
export interface NpmRegistry extends AsyncDisposable {
  readonly url: string;
  /** An environment in which `npm` knows this registry, its login and nothing of the machine's own settings. */
  readonly environment: Record<string, string>;
}

export async function startNpmRegistry(): Promise<NpmRegistry> {
  const home = mkdtempSync(join(tmpdir(), 'backplane-registry-'));
  const port = await freePort('localhost');
  const url = `http://localhost:${port}/`;
  writeFileSync(
    join(home, 'config.yaml'),
    [
      'storage: ./storage',
      'auth: { htpasswd: { file: ./htpasswd, max_users: 10 } }',
      "packages: { '**': { access: $all, publish: $authenticated } }",
      'log: { type: stdout, level: warn }',
      'max_body_size: 100mb',
    ].join('\n'),
  );
  const bin = join(checkout, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const child = spawn(process.execPath, [bin, '--config', join(home, 'config.yaml'), '--listen', `localhost:${port}`], {
    cwd: home,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await vi.waitFor(async () => fetch(`${url}-/ping`), { timeout: 60_000, interval: 200 });
  const login = await fetch(`${url}-/user/org.couchdb.user:author`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'author', password: 'author-secret' }),
  });
  const { token } = (await login.json()) as { token: string };
  const settings = join(home, 'npmrc');
  writeFileSync(settings, `registry=${url}\n//localhost:${port}/:_authToken=${token}\nfund=false\naudit=false\n`);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    npm_config_userconfig: settings,
    npm_config_cache: join(home, 'cache'),
    npm_config_update_notifier: 'false',
  };
  return {
    url,
    environment,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
