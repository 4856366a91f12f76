import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost } from '../core/host/start-host.ts';
import { prepareCluster } from '../core/storage/prepared-cluster.fixture.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

export interface TestHost extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  /** Calls below `/api` with the admin key; objects are sent as JSON. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

export interface HostFiles {
  readonly backplane?: string;
  readonly plugins?: string;
}

/** A whole host in this process: its own folders, an embedded Postgres, a free port. */
export async function startTestHost(files: HostFiles = {}): Promise<TestHost> {
  const home = mkdtempSync(join(tmpdir(), 'bp-'));
  const config = join(home, 'config');
  mkdirSync(config);
  writeFileSync(join(config, 'backplane.yaml'), files.backplane ?? 'log: { level: silent }\n');
  writeFileSync(join(config, 'plugins.yaml'), files.plugins ?? '');
  const data = join(home, 'data');
  prepareCluster(data);
  const host = await startHost({
    config,
    data,
    settings: { 'server.port': 0 },
    fatal: (problem) => {
      throw problem;
    },
  });
  const key = host.adminKey.value;
  return {
    url: host.url,
    key,
    api: (method, path, body, headers = {}) =>
      call(`${host.url}/api${path}`, method, body, { authorization: `Bearer ${key}`, ...headers }),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** One request; a JSON answer comes parsed. */
export async function call(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const json = body !== undefined && typeof body !== 'string';
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as string) }),
  });
  const text = await answer.text();
  const parsed = /json/.test(answer.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : text;
  return { status: answer.status, headers: answer.headers, body: parsed };
}
