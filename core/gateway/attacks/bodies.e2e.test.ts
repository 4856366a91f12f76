import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { route, startGateway, startUpstream, type TestUpstream, upstream } from '../gateway.fixture.ts';
import type { Gateway } from '../open-gateway.ts';
import { exchangeRaw } from './raw.fixture.ts';

let up: TestUpstream;
let gateway: Gateway;
/** Requests whose bodies broke off at the upstream. */
let brokenOff = 0;

beforeAll(async () => {
  up = await startUpstream((request, response) => {
    request.on('error', () => {
      brokenOff += 1;
    });
    if (request.url === '/at-once') {
      response.end('early');
      return;
    }
    if (request.url === '/trailers') {
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('a');
      response.addTrailers({ 'x-sum': '1' });
      response.end();
      return;
    }
    if (request.url === '/hints') {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('after');
      return;
    }
    if (request.url === '/204' || request.url === '/304') {
      response.writeHead(Number(request.url.slice(1)), { etag: '"1"' }).end();
      return;
    }
    if (request.url === '/endless') {
      const pour = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour);
      pour();
      return;
    }
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      return;
    }
    let bytes = 0;
    request.on('data', (piece) => {
      bytes += piece.length;
    });
    request.on('end', () => response.end(`got ${bytes} ${request.headers['x-sum'] ?? ''}`));
  });
  gateway = await startGateway(
    {
      routes: [route('small', '/small', { maxBodyBytes: 10 }), route('all', '/{rest*}', { maxBodyBytes: 500_000_000 })],
      upstreams: [upstream('up', [up.port])],
    },
    [],
    {
      listener: {
        host: '127.0.0.1',
        port: 0,
        headersTimeoutMs: 400,
        requestTimeoutMs: 0,
        keepAliveMs: 5_000,
        maxHeaderBytes: 16_384,
        minBodyRate: 1_000_000,
        stalledMs: 700,
      },
    },
  );
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await up[Symbol.asyncDispose]();
});

const post = (path: string, head: string, body = '') => `POST ${path} HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n${body}`;

test('a body that says that it is too large is refused, before any of it is sent on', async () => {
  const before = up.seen.length;
  const { status, text } = await exchangeRaw(gateway.port, post('/small', 'Content-Length: 11', 'x'.repeat(11)));
  expect([status, up.seen.length]).toEqual([413, before]);
  expect(text).toContain('GATEWAY_BODY_TOO_LARGE');
});

test('a body that turns out to be too large is refused, and the upstream does not get the rest', async () => {
  const before = brokenOff;
  const { status } = await exchangeRaw(gateway.port, [
    post('/small', 'Transfer-Encoding: chunked', '5\r\nabcde\r\n'),
    '8\r\nabcdefgh\r\n',
  ]);
  expect(status).toBe(413);
  if (up.seen.at(-1)?.url === '/small') await expect.poll(() => brokenOff).toBe(before + 1);
});

test('a caller that still sends a refused body gets the answer and is told that the connection ends', async () => {
  const socket = connect(gateway.port, '127.0.0.1');
  let got = '';
  socket.on('data', (piece) => {
    got += piece;
  });
  socket.on('error', () => undefined);
  socket.write(post('/small', 'Content-Length: 100000000'));
  const sending = setInterval(() => socket.writable && socket.write('x'.repeat(100_000)), 5);
  // With or without a reset: what it still sends when the time is up is read by nobody.
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(sending);
  expect(got).toMatch(/^HTTP\/1\.1 413 /);
  expect(got.toLowerCase()).toContain('connection: close');
});

test('a small body that nobody wants does not cost the connection', async () => {
  const next = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n';
  const { statuses } = await exchangeRaw(gateway.port, post('/small', 'Content-Length: 11', 'x'.repeat(11)) + next);
  expect(statuses).toEqual([413, 200]);
});

test('a caller that asks first sends no body that is refused', async () => {
  const asking = 'Expect: 100-continue\r\nContent-Length: 11';
  const { statuses, text } = await exchangeRaw(gateway.port, post('/small', asking));
  expect(statuses).toEqual([413]);
  expect(text.toLowerCase()).toContain('connection: close');
});

test('a caller that asks first is told to go on when its body is wanted', async () => {
  const request = httpRequest({ port: gateway.port, method: 'POST', path: '/x', headers: { expect: '100-continue' } });
  request.flushHeaders();
  await once(request, 'continue');
  request.end('abc');
  const [response] = await once(request, 'response');
  expect(await textOf(response)).toBe('got 3 ');
});

test('an answer that comes before the body is read reaches the caller', async () => {
  const { status, text } = await exchangeRaw(
    gateway.port,
    post('/at-once', 'Content-Length: 1000000', 'x'.repeat(1_000)),
    1_500,
  );
  expect([status, text.includes('early')]).toEqual([200, true]);
});

test('headers that trickle are cut off', async () => {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  const begun = performance.now();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
  const trickle = setInterval(() => socket.writable && socket.write('X-A: b\r\n'), 50);
  await once(socket, 'close');
  clearInterval(trickle);
  expect(performance.now() - begun).toBeLessThan(2_000);
});

test('headers that are too large are refused', async () => {
  const { status } = await exchangeRaw(gateway.port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  expect(status).toBe(431);
  const many = Array.from({ length: 3_000 }, (_, at) => `X-${at}: y\r\n`).join('');
  const answer = await exchangeRaw(gateway.port, `GET / HTTP/1.1\r\nHost: a\r\n${many}\r\n`);
  expect(answer.status).toBe(431);
});

test('200 MB go through in memory that does not grow with them', { timeout: 30_000 }, async () => {
  const piece = Buffer.alloc(1_000_000, 'x');
  const request = httpRequest({ port: gateway.port, method: 'PUT', path: '/large' });
  global.gc?.();
  const before = process.memoryUsage().rss;
  let most = 0;
  const answered = once(request, 'response');
  for (let sent = 0; sent < 200; sent += 1) {
    if (!request.write(piece)) await once(request, 'drain');
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  request.end();
  const [response] = await answered;
  expect(await textOf(response)).toBe('got 200000000 ');
  expect(most).toBeLessThan(120_000_000);
});

test('the trailers of an answer reach the caller', async () => {
  const request = httpRequest({ port: gateway.port, path: '/trailers', headers: { te: 'trailers' } }).end();
  const [response] = await once(request, 'response');
  await textOf(response);
  expect(response.trailers).toEqual({ 'x-sum': '1' });
});

test('answers without a body have none, and the connection goes on', async () => {
  const ask = (method: string, path: string) => `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const { statuses, text } = await exchangeRaw(
    gateway.port,
    ask('HEAD', '/x') + ask('GET', '/204') + ask('GET', '/304') + ask('GET', '/hints'),
  );
  expect(statuses.filter((status) => status >= 200)).toEqual([200, 204, 304, 200]);
  expect(text.match(/got 0|after/g)).toEqual(['after']);
});

test('the head of an answer goes out before its first event', async () => {
  const request = httpRequest({ port: gateway.port, path: '/events' }).end();
  const [response] = await once(request, 'response');
  expect(response.headers['content-type']).toBe('text/event-stream');
  request.destroy();
});

test('a caller that does not take its answer is cut off', async () => {
  const target = gateway.snapshot.upstreams.get('up')!.targets[0]!;
  const before = target.active;
  const socket = connect(gateway.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(() => target.active).toBe(before + 1);
  await expect.poll(() => target.active, { timeout: 4_000 }).toBe(before);
  socket.destroy();
});

async function textOf(source: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of source) text += piece;
  return text;
}
