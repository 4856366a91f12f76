import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PluginFiles } from '../plugin-source.contract.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

export interface PrivateRegistry extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** With the real npm, as its user. */
  publish(files: PluginFiles, ...flags: string[]): Promise<void>;
  npm(folder: string, ...args: string[]): Promise<string>;
}

/** A real private registry of its own, without a way out; `@acme/*` is for its one user only. */
export async function startVerdaccio(): Promise<PrivateRegistry> {
  const home = mkdtempSync(join(tmpdir(), 'verdaccio-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const config = {
    storage: join(home, 'storage'),
    auth: { htpasswd: { file: join(home, 'htpasswd') } },
    packages: {
      '@acme/*': { access: '$authenticated', publish: '$authenticated' },
      '**': { access: '$all', publish: '$authenticated' },
    },
    log: { type: 'stdout', format: 'json', level: 'warn' },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
  const program = join(dirname(require.resolve('verdaccio/package.json')), 'bin', 'verdaccio');
  const args = [program, '--config', join(home, 'config.yaml'), '--listen', `127.0.0.1:${port}`];
  const env = { PATH: process.env['PATH'], HOME: home };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  await ready(`${url}-/ping`, () => {
    if (child.exitCode !== null) throw new Error(`verdaccio ended: ${Buffer.concat(stderr)}`);
  });
  const answer = await fetch(`${url}-/user/org.couchdb.user:dev`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'dev', password: 'long-enough-1', type: 'user', roles: [] }),
  });
  const { token } = (await answer.json()) as { token: string };
  writeFileSync(join(home, '.npmrc'), `registry=${url}\n//127.0.0.1:${port}/:_authToken=${token}\n`);
  let count = 0;
  const npm = async (folder: string, ...words: string[]) =>
    (await run('npm', words, { cwd: folder, env: { ...env, npm_config_update_notifier: 'false' } })).stdout;

  return {
    url,
    token,
    npm,
    async publish(files, ...flags) {
      const folder = join(home, `package-${++count}`);
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content as string);
      }
      await npm(folder, 'publish', '--ignore-scripts', ...flags);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill();
        await once(child, 'exit');
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ready(url: string, check: () => void): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    check();
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}
