import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../core/gateway/worker/free-port.ts';

/** A process that takes requests on a port. */
export interface ProxyProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** Lets it do something besides serving; resolves when it is done. */
  ask(order: { readonly reload?: number; readonly collect?: boolean }): Promise<void>;
}

export const NGINX_MISSING = 'nginx: not on the PATH';

/** Starts one of the proxies of `gateway-proxy-process.fixture.ts`, each in a process of its own. */
export async function startProxy(kind: string, upstream: number, options: object = {}): Promise<ProxyProcess> {
  const child = fork(
    join(import.meta.dirname, 'gateway-proxy-process.fixture.ts'),
    [kind, String(upstream), JSON.stringify(options)],
    {
      execArgv: ['--expose-gc'],
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`the proxy ${kind} ended with ${code}`)));
  });
  const ask: ProxyProcess['ask'] = (order) =>
    new Promise((resolve, reject) => {
      child.once('message', (answer) => {
        const { error } = answer as { error?: string };
        if (error === undefined) resolve();
        else reject(new Error(error));
      });
      child.send(order);
    });
  return { pid: child.pid!, port, ask, [Symbol.asyncDispose]: () => end(child) };
}

/** nginx with one worker: answers itself, or hands on to `upstream`. Undefined where it is not installed. */
export async function startNginx(upstream?: number): Promise<ProxyProcess | undefined> {
  if (spawnSync('nginx', ['-v']).error !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
  const port = await freePort('127.0.0.1');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const place =
    upstream === undefined
      ? `return 200 "${BODY}";`
      : 'proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection "";';
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; ${temporary.join(' ')}
${upstream === undefined ? '' : `upstream up { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 1000000000; }`}
server { listen 127.0.0.1:${port}; location / { ${place} } } }`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  await untilListening(port);
  return {
    pid: child.pid!,
    port,
    ask: () => Promise.reject(new Error('nginx takes no orders')),
    async [Symbol.asyncDispose]() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the service behind the proxies says. */
export const BODY = 'x'.repeat(1_024);

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nginx does not listen');
}
