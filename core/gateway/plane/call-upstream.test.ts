import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startGateway, startUpstream, upstream } from '../gateway.fixture.ts';
import type { UpstreamModel } from '../model/upstream-model.ts';
import { callUpstream } from './call-upstream.ts';
import type { UpstreamCall } from './upstream-call.ts';

const FOREVER = new AbortController().signal;

/** Of nobody: a port that refuses connections. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

const calling = async (upstreams: readonly UpstreamModel[], call: Partial<UpstreamCall> = {}, signal = FOREVER) => {
  await using gateway = await startGateway({ upstreams });
  const given = { upstream: 'up', method: 'GET', path: '/x', headers: {}, timeoutMs: 5_000, ...call };
  const { snapshot } = gateway;
  try {
    return await callUpstream(snapshot, given, signal);
  } finally {
    const targets = snapshot.upstreams.get('up')?.state().targets ?? [];
    expect(targets.map(({ active }) => active)).toEqual(targets.map(() => 0));
  }
};

test('a request reaches the upstream with its headers and body, and the answer comes back whole', async () => {
  await using up = await startUpstream((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () =>
      response
        .writeHead(201, { 'x-two': ['a', 'b'], connection: 'close' })
        .end(`${request.method} ${request.url} ${request.headers.host} ${request.headers['x-a']} ${body}`),
    );
  });
  const reply = await calling([upstream('up', [up.port])], {
    method: 'POST',
    path: '/x?y=1',
    headers: {
      'X-A': 'b',
      Host: 'orders.test',
      'Content-Length': '99',
      Connection: 'x-a',
      'Transfer-Encoding': 'chunked',
    },
    body: new TextEncoder().encode('hello'),
  });
  expect([reply.status, reply.headers['x-two'], reply.headers['connection']]).toEqual([201, 'a, b', undefined]);
  expect(Buffer.from(reply.body).toString()).toBe('POST /x?y=1 orders.test undefined hello');
});

test('the balancer chooses, and a target that takes no connection is passed over', async () => {
  await using up = await startUpstream((_request, response) => response.end('here'));
  await using gateway = await startGateway({ upstreams: [upstream('up', [await deadPort(), up.port])] });
  const call = { upstream: 'up', method: 'POST', path: '/x', headers: {}, timeoutMs: 5_000 };
  for (let at = 0; at < 4; at += 1) expect((await callUpstream(gateway.snapshot, call, FOREVER)).status).toBe(200);
  expect(up.seen).toHaveLength(4);
});

test('targets that are left out for taking no connection do not end the search', async () => {
  await using up = await startUpstream((_request, response) => response.end('here'));
  const outlier = { consecutiveFailures: 1, ejectMs: 60_000, maxEjectedPercent: 100, statuses: [] };
  const ports = [await deadPort(), await deadPort(), up.port];
  const reply = await calling([upstream('up', ports, { health: { outlier }, balancer: { type: 'first' } })]);
  expect(reply.status).toBe(200);
});

test('the one that stands in for an upstream without targets answers', async () => {
  await using up = await startUpstream((_request, response) => response.end('in its place'));
  const reply = await calling([upstream('up', [], { failover: 'other' }), upstream('other', [up.port])]);
  expect(Buffer.from(reply.body).toString()).toBe('in its place');
});

test.each([
  ['an upstream that is not there', { upstream: 'ub' }, 'GATEWAY_CALL_UPSTREAM_UNKNOWN', 'Did you mean up?'],
  ['a path that leads elsewhere', { path: '/a/%2e%2e/b' }, 'GATEWAY_CALL_INVALID', 'more than one way'],
  ['a path that would begin a header', { path: '/a\r\nx: y' }, 'GATEWAY_CALL_INVALID', 'path'],
  ['a URL in place of a path', { path: 'http://elsewhere/' }, 'GATEWAY_CALL_INVALID', 'path'],
  ['a method of tunnels', { method: 'CONNECT' }, 'GATEWAY_CALL_INVALID', 'method'],
  ['a header that would begin another one', { headers: { a: 'b\r\nx: y' } }, 'GATEWAY_HEADER_INVALID', 'a'],
])('%s is refused before anything is sent', async (_name, call, code, message) => {
  await using up = await startUpstream((_request, response) => response.end());
  await expect(calling([upstream('up', [up.port])], call)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
  expect(up.seen).toEqual([]);
});

test('an upstream without targets, or that takes no connection, is told apart', async () => {
  await expect(calling([upstream('up', [])])).rejects.toMatchObject({ code: 'GATEWAY_NO_TARGET' });
  const dead = upstream('up', [await deadPort()]);
  await expect(calling([dead])).rejects.toMatchObject({ code: 'GATEWAY_UPSTREAM_UNREACHABLE' });
});

test('an answer that takes too long is given up after the time of the whole exchange', async () => {
  await using up = await startUpstream((_request, response) => {
    response.write('half');
  });
  await expect(calling([upstream('up', [up.port])], { timeoutMs: 80 })).rejects.toMatchObject({
    code: 'GATEWAY_UPSTREAM_TIMEOUT',
    message: expect.stringContaining('80 ms'),
  });
});

test('an answer of more than 8 MiB is refused', async () => {
  await using up = await startUpstream((_request, response) => response.end(Buffer.alloc(8 * 1024 * 1024 + 1)));
  await expect(calling([upstream('up', [up.port])])).rejects.toMatchObject({ code: 'GATEWAY_ANSWER_TOO_LARGE' });
});

test('a call that is given up ends at the upstream as well', async () => {
  const leaving = new AbortController();
  const gone = Promise.withResolvers<void>();
  await using up = await startUpstream((request, _response) => {
    request.socket.once('close', () => gone.resolve());
    leaving.abort(new Error('enough'));
  });
  await expect(calling([upstream('up', [up.port])], {}, leaving.signal)).rejects.toThrow('enough');
  await gone.promise;
});

test('failures count for the health of a target', async () => {
  await using up = await startUpstream((request) => request.socket.destroy());
  const outlier = { consecutiveFailures: 1, ejectMs: 60_000, maxEjectedPercent: 100, statuses: [] };
  await using gateway = await startGateway({ upstreams: [upstream('up', [up.port], { health: { outlier } })] });
  const call = { upstream: 'up', method: 'POST', path: '/x', headers: {}, timeoutMs: 5_000 };
  await expect(callUpstream(gateway.snapshot, call, FOREVER)).rejects.toMatchObject({
    code: 'GATEWAY_UPSTREAM_BROKEN',
  });
  expect(gateway.snapshot.upstreams.get('up')?.state().targets[0]?.isHealthy).toBe(false);
});

test('a kept connection that has been closed costs an idempotent request nothing', async () => {
  let requests = 0;
  await using up = await startUpstream((request, response) => {
    requests += 1;
    if (requests === 2) request.socket.destroy();
    else response.end(String(requests));
  });
  const { pool, ...rest } = upstream('up', [up.port]);
  await using gateway = await startGateway({ upstreams: [{ ...rest, pool: { ...pool, connections: 1 } }] });
  const call = { upstream: 'up', method: 'GET', path: '/x', headers: {}, timeoutMs: 5_000 };
  await callUpstream(gateway.snapshot, call, FOREVER);
  expect(Buffer.from((await callUpstream(gateway.snapshot, call, FOREVER)).body).toString()).toBe('3');
});
