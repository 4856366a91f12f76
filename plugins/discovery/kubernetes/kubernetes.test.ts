import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Discovery, ServiceInstance } from '@backplane/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { type Slice, startApiServer } from './api-server.fixture.ts';
import { kubernetes } from './kubernetes.ts';
import { settings } from './settings.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const HTTP = [
  { name: 'metrics', port: 9090 },
  { name: 'http', port: 8080 },
];

const opened = (address: string, config: object = {}) =>
  kubernetes.open({
    config: settings.parse({ address, ...config }),
    log: SILENT,
    signal: new AbortController().signal,
  }) as Discovery;

const slice = (name: string, addresses: readonly string[], more: Partial<Slice> = {}): Slice => ({
  name,
  ports: HTTP,
  endpoints: addresses.map((address) => ({ addresses: [address] })),
  ...more,
});

/** Follows a service; `hosts` are those that were told last. */
function following(discovery: Discovery) {
  const stopping = new AbortController();
  const told: string[][] = [];
  const reading = (async () => {
    for await (const list of discovery.watch!({ service: 'orders' }, stopping.signal))
      told.push((list as readonly ServiceInstance[]).map(({ host }) => host).toSorted());
  })().catch((problem) => problem);
  onTestFinished(async () => {
    stopping.abort();
    await reading;
  });
  return { told, reading };
}

test('the slices of a service are asked for in its namespace, with its token', async () => {
  await using server = await startApiServer();
  server.put(slice('a', ['10.0.0.1']));
  const discovery = opened(server.address, { token: 't0ken' });
  await discovery.resolve({ service: 'orders', namespace: 'shop', tags: ['zone=x'] }, new AbortController().signal);
  const [{ url, token }] = server.asked as [(typeof server.asked)[0]];
  expect(url.pathname).toBe('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices');
  expect(url.searchParams.get('labelSelector')).toBe('kubernetes.io/service-name=orders,zone=x');
  expect(token).toBe('Bearer t0ken');
});

test('inside a cluster token and namespace are those of the pod, read anew for each question', async () => {
  await using server = await startApiServer();
  const folder = mkdtempSync(join(tmpdir(), 'discovery-kubernetes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [tokenFile, namespaceFile] = [join(folder, 'token'), join(folder, 'namespace')];
  writeFileSync(tokenFile, 'first\n');
  writeFileSync(namespaceFile, 'team-a');
  const discovery = opened(server.address, { tokenFile, namespaceFile });
  const { signal } = new AbortController();
  await discovery.resolve({ service: 'orders' }, signal);
  writeFileSync(tokenFile, 'second\n');
  await discovery.resolve({ service: 'orders' }, signal);
  expect(server.asked.map(({ token }) => token)).toEqual(['Bearer first', 'Bearer second']);
  expect(server.asked[0]!.url.pathname).toContain('/namespaces/team-a/');
});

test('endpoints that are not ready are left out, those of which it is not known are not', async () => {
  await using server = await startApiServer();
  server.put(
    slice('a', [], {
      endpoints: [
        { addresses: ['10.0.0.1'], conditions: { ready: true }, nodeName: 'n1', zone: 'z1' },
        { addresses: ['10.0.0.2'], conditions: { ready: false } },
        { addresses: ['10.0.0.3'], conditions: { ready: null } },
      ],
    }),
  );
  const found = await opened(server.address).resolve({ service: 'orders' }, new AbortController().signal);
  expect(found).toEqual([
    { id: '10.0.0.1:8080', host: '10.0.0.1', port: 8080, metadata: { node: 'n1', zone: 'z1' } },
    { id: '10.0.0.3:8080', host: '10.0.0.3', port: 8080, metadata: {} },
  ]);
});

test.each([
  ['orders', 8080],
  ['orders:metrics', 9090],
  ['orders:9090', 9090],
  ['orders:grpc', undefined],
] as const)('%s is reached on port %s', async (service, port) => {
  await using server = await startApiServer();
  server.put(slice('a', ['10.0.0.1']));
  const found = await opened(server.address).resolve({ service }, new AbortController().signal);
  expect(found[0]?.port).toBe(port);
});

test('what comes, changes and goes is told at once, from all slices together', async () => {
  await using server = await startApiServer();
  server.put(slice('a', ['10.0.0.1']));
  const { told } = following(opened(server.address));
  await expect.poll(() => server.watchers.size).toBe(1);
  server.put(slice('b', ['10.0.0.2', '10.0.0.3']));
  await expect.poll(() => told.at(-1)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  server.put(slice('b', ['10.0.0.3']));
  await expect.poll(() => told.at(-1)).toEqual(['10.0.0.1', '10.0.0.3']);
  server.delete('a');
  await expect.poll(() => told.at(-1)).toEqual(['10.0.0.3']);
  const lists = server.asked.filter(({ url }) => !url.searchParams.has('watch'));
  expect(lists).toHaveLength(1);
  expect([...server.watchers][0]!.url.searchParams.get('allowWatchBookmarks')).toBe('true');
});

test('a watch that ends goes on from the last version, bookmarks included, and misses nothing', async () => {
  await using server = await startApiServer();
  server.put(slice('a', ['10.0.0.1']));
  const { told } = following(opened(server.address));
  await expect.poll(() => server.watchers.size).toBe(1);
  server.bookmark();
  server.put(slice('b', []));
  await expect.poll(() => told.length).toBe(2);
  server.endWatches(false);
  server.put(slice('a', ['10.0.0.9']));
  await expect.poll(() => told.at(-1), { timeout: 5_000 }).toEqual(['10.0.0.9']);
  expect(server.asked.filter(({ url }) => !url.searchParams.has('watch'))).toHaveLength(1);
  expect(server.asked.at(-1)!.url.searchParams.get('resourceVersion')).toBe('152');
});

test('where the version is too old, everything is listed again', async () => {
  await using server = await startApiServer();
  server.put(slice('a', ['10.0.0.1']));
  const { told } = following(opened(server.address));
  await expect.poll(() => server.watchers.size).toBe(1);
  server.put(slice('a', ['10.0.0.2']));
  await expect.poll(() => told.at(-1)).toEqual(['10.0.0.2']);
  server.endWatches(true);
  await expect
    .poll(() => server.asked.filter(({ url }) => !url.searchParams.has('watch')).length, { timeout: 5_000 })
    .toBe(2);
  await expect.poll(() => server.watchers.size).toBe(1);
  server.put(slice('b', ['10.0.0.3']));
  await expect.poll(() => told.at(-1)).toEqual(['10.0.0.2', '10.0.0.3']);
});

test('a refusal is an error with what the server says, without the token', async () => {
  await using server = await startApiServer();
  const asking = opened(server.address, { token: 'wrong' }).resolve(
    { service: 'orders' },
    new AbortController().signal,
  );
  await expect(asking).rejects.toThrow('the API server answered 401: Unauthorized');
});
