import { once } from 'node:events';
import { get, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { defineGatewayPolicy } from '@backplane/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { route, startGateway, toUpstream, upstream, use } from '../gateway.fixture.ts';
import type { Gateway } from '../open-gateway.ts';
import { exchangeRaw, type RawUpstream, startRawUpstream } from './raw.fixture.ts';

/** Wraps tries without a will of its own. */
const around = defineGatewayPolicy({
  name: 'around',
  title: 'T',
  summary: 'S',
  config: z.object({}),
  phases: ['attempt'],
  onFailure: 'closed',
  create: () => ({ attempt: (_x, next) => next() }),
});

const HEAD = 'HTTP/1.1 200 OK\r\n';
const large = `${HEAD}content-length: 100000000\r\n\r\n`;

let up: RawUpstream;
let gateway: Gateway;
/** Endless answers that were broken off from the other side. */
let aborted = 0;
let kept = 0;

const answers: Record<string, (socket: Socket, text: string) => void> = {
  '/endless': (socket) => {
    socket.write(large);
    const pour = () => {
      while (socket.writable && socket.write(Buffer.alloc(65_536)));
    };
    socket.on('drain', pour);
    socket.once('close', () => {
      aborted += 1;
    });
    pour();
  },
  '/short': (socket) => socket.end(`${HEAD}content-length: 10\r\n\r\nabc`),
  '/cut': (socket) => {
    socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n`);
    setTimeout(() => socket.resetAndDestroy(), 20);
  },
  '/half': (socket) => {
    socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n`);
    setTimeout(() => socket.end(), 20);
  },
  '/more': (socket) =>
    socket.write(`${HEAD}content-length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison`),
  '/until-end': (socket) => socket.end(`${HEAD}connection: close\r\n\r\nuntil the end`),
  '/nothing': (socket) => socket.end(),
  '/garbage': (socket) => socket.end('what?\r\n\r\n'),
  '/both': (socket) => socket.end(`${HEAD}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  '/inject': (socket) => socket.end(`${HEAD}x-a: b\rx-evil: c\r\ncontent-length: 0\r\n\r\n`),
  '/silent': () => undefined,
  '/ok': (socket) => socket.write(`${HEAD}content-length: 2\r\n\r\nok`),
  // Answers the first request of a connection and closes it when the second one comes.
  '/once': (socket, text) => {
    if (/x-used: 1/.test(text)) socket.resetAndDestroy();
    else socket.write(`${HEAD}content-length: 2\r\n\r\nok`);
  },
};

beforeAll(async () => {
  const served = new WeakSet<Socket>();
  up = await startRawUpstream((socket, text) => {
    const path = /^\w+ (\S+) /.exec(text)?.[1];
    if (path === undefined) return;
    if (path === '/kept') {
      if (served.has(socket)) {
        kept += 1;
        socket.end();
        return;
      }
      served.add(socket);
      socket.write(`${HEAD}content-length: 5\r\n\r\nfresh`);
      return;
    }
    answers[path]?.(socket, text);
  });
  gateway = await startGateway(
    {
      routes: [
        route('kept', '/kept', { to: toUpstream('one') }),
        route('silent', '/silent', { timeoutMs: 300 }),
        route('around', '/around/{rest*}', {
          policies: [use('around')],
          to: { ...toUpstream(), path: { kind: 'native', template: '/{rest}' } },
        }),
        route('all', '/{rest*}'),
      ],
      upstreams: [
        upstream('up', [up.port], {
          pool: { connections: 16, keepAliveMs: 4_000, connectTimeoutMs: 2_000, bodyTimeoutMs: 1_000 },
        }),
        upstream('one', [up.port], {
          pool: { connections: 1, keepAliveMs: 60_000, connectTimeoutMs: 2_000, bodyTimeoutMs: 1_000 },
        }),
      ],
    },
    [around],
  );
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await up[Symbol.asyncDispose]();
});

const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;

test('200 callers that leave in the middle do not stall a pool of 16 connections', async () => {
  const before = aborted;
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(ask('/endless'));
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      socket.destroy();
    }),
  );
  const { text } = await exchangeRaw(gateway.port, ask('/ok'));
  expect(text).toContain('ok');
  await expect.poll(() => aborted - before).toBe(200);
});

test('a caller that leaves in the middle of its request takes the upstream with it', async () => {
  const before = up.sockets.size;
  const request = httpRequest({ port: gateway.port, method: 'POST', path: '/silent-upload' });
  request.on('error', () => undefined);
  request.write('abc');
  await expect.poll(() => up.seen.at(-1)).toContain('/silent-upload');
  request.destroy();
  await expect.poll(() => up.sockets.size).toBeLessThanOrEqual(before);
});

test.each([
  '/short',
  '/cut',
  '/half',
])('an answer that breaks off, as %s does, is never taken for a whole one', async (path) => {
  for (const prefix of ['', '/around']) {
    const broken = new Promise((resolve) => {
      get({ port: gateway.port, path: prefix + path, agent: false }, (response) => {
        response.on('error', () => resolve('broken'));
        response.on('end', () => resolve(response.statusCode === 502 ? 'broken' : 'whole'));
        response.resume();
      }).on('error', () => resolve('broken'));
    });
    expect(await broken).toBe('broken');
  }
});

test('a caller of HTTP/1.0, whose answers end with the connection, gets a reset in the middle', async () => {
  const { wasReset } = await exchangeRaw(gateway.port, 'GET /cut HTTP/1.0\r\nHost: a\r\n\r\n', 1_000);
  expect(wasReset).toBe(true);
});

test('what an upstream says beyond its answer reaches nobody', async () => {
  const answers = [];
  for (let at = 0; at < 6; at += 1) answers.push(await exchangeRaw(gateway.port, ask(at % 2 === 0 ? '/more' : '/ok')));
  expect(answers.map(({ text }) => text.slice(text.indexOf('\r\n\r\n') + 4)).join()).not.toContain('poison');
});

test('an answer that ends with its connection is handed on whole', async () => {
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/until-end`);
  expect(await answer.text()).toBe('until the end');
});

test.each([
  ['/nothing', 502],
  ['/garbage', 502],
  ['/both', 502],
  ['/inject', 502],
  ['/silent', 504],
])('an upstream that answers as %s does is told as %i', async (path, status) => {
  const answer = await exchangeRaw(gateway.port, ask(path), 600);
  const code = status === 504 ? 'GATEWAY_UPSTREAM_TIMEOUT' : 'GATEWAY_UPSTREAM_BROKEN';
  expect([answer.status, answer.text.includes('x-evil')]).toEqual([status, false]);
  expect(answer.text).toContain(code);
});

test('a kept connection that the upstream has closed is not noticed by a caller whose request may be repeated', async () => {
  const statuses = [];
  for (let at = 0; at < 4; at += 1) statuses.push((await exchangeRaw(gateway.port, ask('/kept'))).status);
  expect([statuses, kept > 0]).toEqual([[200, 200, 200, 200], true]);
});

test('a request that may not be repeated is not sent twice', async () => {
  await exchangeRaw(gateway.port, ask('/kept'));
  const before = up.seen.join('').split('POST /kept').length;
  const { status } = await exchangeRaw(
    gateway.port,
    'POST /kept HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx',
    500,
  );
  const sent = up.seen.join('').split('POST /kept').length - before;
  expect([sent, [200, 502].includes(status)]).toEqual([1, true]);
});

test('a caller that closes its half of the connection has gone, and takes the upstream with it', async () => {
  const before = aborted;
  const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(ask('/endless'));
  await once(socket, 'data');
  socket.end();
  socket.resume();
  await expect.poll(() => aborted).toBe(before + 1);
});
