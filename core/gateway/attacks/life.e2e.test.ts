import { once } from 'node:events';
import { Agent, get, request as httpRequest } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { route, SILENT, startGateway, startUpstream, upstream } from '../gateway.fixture.ts';
import { EMPTY_MODEL } from '../model/gateway-model.ts';

const listener = {
  host: '127.0.0.1',
  port: 0,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 0,
  keepAliveMs: 5_000,
  maxHeaderBytes: 16_384,
};

test('no request fails while configurations are replaced', async () => {
  await using up = await startUpstream((_request, response) => void setTimeout(() => response.end('ok'), 3));
  const model = (tag: string) => ({
    ...EMPTY_MODEL,
    routes: [route('all', '/{rest*}', { tags: [tag] })],
    upstreams: [upstream('up', [up.port], { health: {}, balancer: { type: 'round-robin' } })],
  });
  await using gateway = await startGateway(model('0'));
  let isOver = false;
  const statuses: number[] = [];
  const asking = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const answer = await fetch(`${gateway.url}/x`);
      await answer.text();
      statuses.push(answer.status);
    }
  });
  for (let at = 1; at <= 20; at += 1) {
    await gateway.reload(model(String(at)));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  isOver = true;
  await Promise.all(asking);
  expect(statuses.length).toBeGreaterThan(20);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});

test('while the gateway closes, requests under way finish, and kept connections take no others', async () => {
  let release = () => {};
  await using up = await startUpstream((_request, response) => {
    release = () => response.end('done');
  });
  const gateway = await startGateway({ routes: [route('all', '/{rest*}')], upstreams: [upstream('up', [up.port])] });
  const agent = new Agent({ keepAlive: true });
  const request = get({ port: gateway.port, path: '/slow', agent });
  await expect.poll(() => up.seen.length).toBe(1);
  const closed = gateway[Symbol.asyncDispose]();
  await expect(fetch(`${gateway.url}/new`)).rejects.toThrow();
  release();
  const [response] = await once(request, 'response');
  expect(response.headers.connection).toBe('close');
  expect(String(await response.toArray())).toBe('done');
  await closed;
  agent.destroy();
});

test('a WebSocket goes on while the gateway drains, and is told with 1001 when the time is over', async () => {
  await using up = await startUpstream((_request, response) => response.end());
  const sockets = new WebSocketServer({ server: up.server });
  sockets.on('connection', (socket) => socket.on('message', (text) => socket.send(`echo ${text}`)));
  const gateway = await startGateway(
    { routes: [route('all', '/{rest*}')], upstreams: [upstream('up', [up.port])] },
    [],
    { drainMs: 300 },
  );
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/chat`);
  await once(socket, 'open');
  const closing = once(socket, 'close');
  const closed = gateway[Symbol.asyncDispose]();
  socket.send('still here');
  expect(String((await once(socket, 'message'))[0])).toBe('echo still here');
  expect((await closing)[0]).toBe(1001);
  await closed;
  await expect.poll(() => sockets.clients.size).toBe(0);
});

test('a WebSocket that the upstream refuses gets the refusal, and later the connection is free', async () => {
  await using up = await startUpstream((_request, response) =>
    response.writeHead(403, { 'x-why': 'closed' }).end('no'),
  );
  await using gateway = await startGateway({
    routes: [route('all', '/{rest*}')],
    upstreams: [upstream('up', [up.port])],
  });
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/chat`);
  socket.on('error', () => undefined);
  const [, response] = await once(socket, 'unexpected-response');
  expect([response.statusCode, response.headers['x-why'], String(await response.toArray())]).toEqual([
    403,
    'closed',
    'no',
  ]);
});

test('a WebSocket ends when the upstream goes, and the upstream is told when the caller goes', async () => {
  await using up = await startUpstream((_request, response) => response.end());
  const sockets = new WebSocketServer({ server: up.server });
  await using gateway = await startGateway({
    routes: [route('all', '/{rest*}')],
    upstreams: [upstream('up', [up.port])],
  });
  const first = new WebSocket(`ws://127.0.0.1:${gateway.port}/a`);
  await once(first, 'open');
  const closed = once(first, 'close');
  for (const client of sockets.clients) client.terminate();
  await closed;
  const second = new WebSocket(`ws://127.0.0.1:${gateway.port}/b`);
  await once(second, 'open');
  second.terminate();
  await expect.poll(() => sockets.clients.size).toBe(0);
  expect(gateway.snapshot.upstreams.get('up')!.state().targets[0]!.active).toBe(0);
});

test('a remote call goes through over HTTP/2 with its trailers, piece by piece in both directions', async () => {
  const server = createHttp2Server();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    if (headers[':path'] === '/svc/Refused') {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '7' }, { endStream: true });
      return;
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
    stream.on('data', (piece) => stream.write(`got ${piece};`));
    stream.on('end', () => stream.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const model = upstream('up', []);
  const target = { scheme: 'h2c' as const, host: '127.0.0.1', port, weight: 1, metadata: {} };
  await using gateway = await startGateway(
    { routes: [route('all', '/{rest*}')], upstreams: [{ ...model, targets: { kind: 'static', targets: [target] } }] },
    [],
    { listener: { ...listener, h2c: true } },
  );
  const session = connectHttp2(gateway.url);
  const call = (path: string) =>
    session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
  const stream = call('/svc/Talk');
  let text = '';
  stream.on('data', (piece) => {
    text += piece;
  });
  const trailers = once(stream, 'trailers');
  stream.write('one');
  await expect.poll(() => text).toBe('got one;');
  stream.end('two');
  expect((await trailers)[0]).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'fine' });
  expect(text).toBe('got one;got two;');
  const refused = call('/svc/Refused');
  refused.end();
  const [headers, flags] = await once(refused, 'response');
  // Headers alone, with the end of the stream in their own frame.
  expect([headers['grpc-status'], flags & 1]).toEqual(['7', 1]);
  session.destroy();
  server.close();
});

test('callers over HTTP/2 that take back requests at once are disconnected, and others go on', async () => {
  await using up = await startUpstream((_request, response) => response.end('ok'));
  await using gateway = await startGateway(
    { routes: [route('all', '/{rest*}')], upstreams: [upstream('up', [up.port])] },
    [],
    { listener: { ...listener, h2c: true }, log: SILENT },
  );
  const session = connectHttp2(gateway.url);
  session.on('error', () => undefined);
  const gone = new Promise((resolve) => session.once('close', resolve));
  for (let at = 0; at < 2_000 && !session.closed && !session.destroyed; at += 1) {
    const stream = session.request({ ':path': '/x' });
    stream.on('error', () => undefined);
    stream.close(8);
    if (at % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await gone;
  expect((await fetch(`${gateway.url}/x`)).status).toBe(200);
  expect(gateway.snapshot.upstreams.get('up')!.state().targets[0]!.active).toBe(0);
});

test('a caller that leaves a request over HTTP/2 takes the upstream with it', async () => {
  let left = 0;
  await using up = await startUpstream((_request, response) => {
    response.on('close', () => {
      left += 1;
    });
    response.write('begun');
  });
  await using gateway = await startGateway(
    { routes: [route('all', '/{rest*}')], upstreams: [upstream('up', [up.port])] },
    [],
    { listener: { ...listener, h2c: true } },
  );
  const session = connectHttp2(gateway.url);
  const stream = session.request({ ':path': '/x' });
  await once(stream, 'data');
  stream.close(8);
  await expect.poll(() => left).toBe(1);
  session.destroy();
});

test('an answer over HTTP/2 that breaks off is an error of its stream', async () => {
  await using up = await startUpstream((_request, response) => {
    response.write('begun');
    setTimeout(() => response.destroy(), 10);
  });
  await using gateway = await startGateway(
    { routes: [route('all', '/{rest*}')], upstreams: [upstream('up', [up.port])] },
    [],
    { listener: { ...listener, h2c: true } },
  );
  const session = connectHttp2(gateway.url);
  const stream = session.request({ ':path': '/x' });
  stream.resume();
  await expect(once(stream, 'end')).rejects.toThrow(/NGHTTP2_INTERNAL_ERROR/);
  session.destroy();
});

test('a body over HTTP/2 that is too large is refused, and the caller is told to stop', async () => {
  await using up = await startUpstream((request, response) => {
    request.resume();
    request.on('end', () => response.end());
  });
  await using gateway = await startGateway(
    { routes: [route('all', '/{rest*}', { maxBodyBytes: 10 })], upstreams: [upstream('up', [up.port])] },
    [],
    { listener: { ...listener, h2c: true } },
  );
  const session = connectHttp2(gateway.url);
  const stream = session.request({ ':method': 'POST', ':path': '/x' });
  stream.on('error', () => undefined);
  stream.write('x'.repeat(100));
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(413);
  stream.resume();
  await once(stream, 'close');
  session.destroy();
});

test('requests on a connection that is kept come to the configuration of their time', async () => {
  await using up = await startUpstream((_request, response) => response.end());
  const model = (path: string) => ({
    ...EMPTY_MODEL,
    routes: [route('one', path)],
    upstreams: [upstream('up', [up.port])],
  });
  await using gateway = await startGateway(model('/old'));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statusOf = async (path: string) => {
    const request = httpRequest({ port: gateway.port, path, agent }).end();
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  };
  expect(await statusOf('/old')).toBe(200);
  await gateway.reload(model('/new'));
  expect([await statusOf('/old'), await statusOf('/new')]).toEqual([404, 200]);
  agent.destroy();
});
