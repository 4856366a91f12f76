import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Discovery, ServiceInstance } from '@backplane/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { docker } from './docker.ts';
import { settings } from './settings.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Docker behind its socket, with containers that can be changed. */
async function startDocker() {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const socket = join(folder, 'docker.sock');
  const all: object[] = [];
  const asked: { readonly path: string; readonly filters: Record<string, string[]> }[] = [];
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://docker');
    const filters = JSON.parse(url.searchParams.get('filters') ?? '{}') as Record<string, string[]>;
    asked.push({ path: url.pathname, filters });
    response.writeHead(200, { 'content-type': 'application/json' });
    if (url.pathname === '/events') {
      listeners.add(response);
      response.flushHeaders();
      return;
    }
    const fits = ({ Labels }: { Labels?: Record<string, string> }) =>
      (filters['label'] ?? []).every((label) => Labels?.[label.split('=')[0]!] === label.split('=')[1]);
    response.end(JSON.stringify(all.filter(fits)));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  const open = (config: object = {}) =>
    docker.open({
      config: settings.parse({ socket, ...config }),
      log: SILENT,
      signal: new AbortController().signal,
    }) as Discovery;
  const tell = () => {
    for (const listener of listeners) listener.write('{"Type":"container","Action":"start"}\n');
  };
  return { all, asked, listeners, open, tell };
}

const container = (name: string, address: string, more: { labels?: object } & Record<string, unknown> = {}) => {
  const { labels, ...rest } = more;
  return {
    Id: `${name}-0123456789abcdef`,
    Names: [`/${name}`],
    Labels: { 'backplane.service': 'orders', ...labels },
    State: 'running',
    Status: 'Up 5 minutes',
    Ports: [
      { PrivatePort: 9000, Type: 'tcp' },
      { PrivatePort: 8080, Type: 'tcp', PublicPort: 80 },
      { PrivatePort: 53, Type: 'udp' },
    ],
    NetworkSettings: { Networks: { bridge: { IPAddress: '' }, shop: { IPAddress: address } } },
    ...rest,
  };
};

const resolve = async (discovery: Discovery, tags: string[] = []) =>
  (await discovery.resolve({ service: 'orders', tags }, new AbortController().signal)) as readonly ServiceInstance[];

test('containers with the label are found by the socket, with address and port inside their network', async () => {
  const { all, asked, open } = await startDocker();
  all.push(
    container('one', '172.18.0.2'),
    container('other', '172.18.0.3', { labels: { 'backplane.service': 'users' } }),
  );
  expect(await resolve(open())).toEqual([
    {
      id: 'one-01234567:8080',
      host: '172.18.0.2',
      port: 8080,
      weight: 1,
      tags: [],
      metadata: { container: 'one' },
    },
  ]);
  expect(asked[0]).toEqual({
    path: '/containers/json',
    filters: { label: ['backplane.service=orders'], status: ['running'] },
  });
});

test('labels say port, weight, scheme, tags and network', async () => {
  const { all, open } = await startDocker();
  const labels = {
    'backplane.port': '7000',
    'backplane.weight': '3',
    'backplane.scheme': 'https',
    'backplane.tags': 'blue, v2',
    'backplane.network': 'second',
  };
  const NetworkSettings = { Networks: { first: { IPAddress: '10.0.0.1' }, second: { IPAddress: '10.0.0.2' } } };
  all.push(container('one', '', { labels, NetworkSettings }));
  const expected = { host: '10.0.0.2', port: 7000, weight: 3, scheme: 'https', tags: ['blue', 'v2'] };
  expect(await resolve(open(), ['v2'])).toMatchObject([expected]);
  expect(await resolve(open(), ['green'])).toEqual([]);
});

test('containers that are not well, still begin, or have no address are left out', async () => {
  const { all, open } = await startDocker();
  all.push(
    container('ill', '10.0.0.1', { Status: 'Up 5 minutes (unhealthy)' }),
    container('young', '10.0.0.2', { Status: 'Up 1 second (health: starting)' }),
    container('paused', '10.0.0.3', { State: 'paused' }),
    container('homeless', ''),
    container('well', '10.0.0.5', { Status: 'Up 5 minutes (healthy)' }),
  );
  expect((await resolve(open())).map(({ host }) => host)).toEqual(['10.0.0.5']);
});

test('what events say is told at once', async () => {
  const { all, listeners, open, tell } = await startDocker();
  const stopping = new AbortController();
  const told: string[][] = [];
  const reading = (async () => {
    for await (const list of open().watch!({ service: 'orders' }, stopping.signal))
      told.push((list as readonly ServiceInstance[]).map(({ host }) => host));
  })().catch(() => undefined);
  await expect.poll(() => told).toEqual([[]]);
  all.push(container('one', '10.0.0.1'));
  tell();
  await expect.poll(() => told.at(-1)).toEqual(['10.0.0.1']);
  expect(listeners.size).toBe(1);
  stopping.abort();
  await reading;
});

test('a Docker that is not there is an error', async () => {
  const { open } = await startDocker();
  await expect(resolve(open({ socket: '/nowhere/docker.sock' }))).rejects.toThrow(/ENOENT/);
});
