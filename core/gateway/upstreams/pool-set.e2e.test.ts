import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ask } from '../connections/ask.ts';
import { startUpstream, upstream } from '../gateway.fixture.ts';
import { PoolSet } from './pool-set.ts';

const GET = { path: '/', method: 'GET', headers: [], headTimeoutMs: 1_000, bodyTimeoutMs: 1_000 };
const LIMITS = { signal: new AbortController().signal, maxBytes: 1_024 };
const { pool } = upstream('up', []);

test('many requests at once share a connection of HTTP/2', async () => {
  const server = createServer((_, response) => setTimeout(() => response.end('ok'), 30));
  let connections = 0;
  server.on('session', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const lease = new PoolSet().lease({ scheme: 'h2c', host: '127.0.0.1', port }, pool);
  const asked = Array.from({ length: 80 }, async () => {
    const { body } = await ask(lease.connections, GET, LIMITS);
    return body.toString();
  });
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['ok']));
  expect(connections).toBeLessThan(4);
  lease.release();
  await new Promise((resolve) => server.close(resolve));
});

test('upstreams that reach a target in the same way share its connections, until the last of them is gone', async () => {
  await using up = await startUpstream((_, response) => response.end('ok'));
  const pools = new PoolSet();
  const target = { scheme: 'http', host: '127.0.0.1', port: up.port } as const;
  const [one, same, other] = [
    pools.lease(target, pool),
    pools.lease(target, pool),
    pools.lease(target, { ...pool, connections: 1 }),
  ];
  expect(same.connections).toBe(one.connections);
  expect(other.connections).not.toBe(one.connections);
  one.release();
  one.release();
  expect(await ask(same.connections, GET, LIMITS)).toMatchObject({ status: 200 });
  same.release();
  other.release();
  await expect(ask(same.connections, GET, LIMITS)).rejects.toThrow(/closed|destroyed/);
});
