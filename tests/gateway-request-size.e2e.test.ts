import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { defineGatewayPolicy, type GatewayPolicy } from '@backplane/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { exchangeRaw } from '../core/gateway/attacks/raw.fixture.ts';
import {
  LISTENER,
  route,
  startGateway,
  startUpstream,
  type TestUpstream,
  upstream,
  use,
} from '../core/gateway/gateway.fixture.ts';
import { requestSize } from '../plugins/policies/request-size/request-size.ts';

const words = { title: 'T', summary: 'S', config: z.object({}), onFailure: 'closed' } as const;
/** Thinks until the body is there, before the size is looked at. */
const dawdle = defineGatewayPolicy({
  ...words,
  name: 'dawdle',
  phases: ['route'],
  create: () => ({ route: () => pause(100).then(() => undefined) }),
});
/** Holds the body, after the size was looked at. */
const hold = defineGatewayPolicy({
  ...words,
  name: 'hold',
  phases: ['rewrite'],
  body: { request: { buffer: { maxBytes: 1_000, onOverflow: 'skip' } } },
  create: () => ({ rewrite: () => undefined }),
});
const thinks = defineGatewayPolicy({
  ...words,
  name: 'thinks',
  phases: ['admit'],
  create: () => ({ admit: () => pause(100).then(() => undefined) }),
});

let up: TestUpstream;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let whole: string[];

beforeAll(async () => {
  whole = [];
  up = await startUpstream((request, response) => {
    if (request.url === '/early') response.writeHead(200, { 'x-early': '1' }).write('so far');
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('error', () => undefined);
    request.on('end', () => {
      whole.push(body);
      response.end(`got ${body.length}`);
    });
  });
  const size = use('request-size', requestSize.config.parse({ body: 10 }));
  const uses = (...names: string[]) => ({
    policies: names.map((name) => (name === 'request-size' ? size : use(name))),
  });
  const policies: GatewayPolicy[] = [requestSize, dawdle, hold, thinks];
  gateway = await startGateway(
    {
      routes: [
        route('late', '/late', uses('dawdle', 'request-size')),
        route('held', '/held', uses('request-size', 'hold')),
        route('thinks', '/thinks', uses('request-size', 'thinks')),
        route('all', '/{rest*}', uses('request-size')),
      ],
      upstreams: [upstream('up', [up.port])],
    },
    policies,
    {
      listener: { ...LISTENER, h2c: true },
    },
  );
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await up[Symbol.asyncDispose]();
});

const chunked = (path: string, ...pieces: readonly string[]) => [
  `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`,
  ...pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`),
];

test('a body in chunks that is small enough passes whole', async () => {
  const { status, text } = await exchangeRaw(gateway.port, [...chunked('/', 'abcde', 'fghij'), '0\r\n\r\n']);
  expect([status, whole.at(-1)]).toEqual([200, 'abcdefghij']);
  expect(text).toContain('got 10');
});

test.each([
  '/',
  '/late',
  '/held',
  '/thinks',
])('a body in chunks that turns out too large for %s is refused, and never reaches the upstream whole', async (path) => {
  const before = whole.length;
  const { statuses, text } = await exchangeRaw(gateway.port, [...chunked(path, 'abcdefgh', 'ijk'), '0\r\n\r\n'], 300);
  expect(statuses).toEqual([413]);
  expect(text).toContain('GATEWAY_BODY_TOO_LARGE');
  expect(whole).toHaveLength(before);
});

test('a body that becomes too large under an answer breaks the answer off', async () => {
  const socket = connect(gateway.port, '127.0.0.1');
  let got = '';
  socket.on('data', (piece) => {
    got += piece;
  });
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  const [head, first, second] = chunked('/early', 'abcde', 'fghijk');
  socket.write(head! + first!);
  await expect.poll(() => got).toContain('so far');
  socket.write(second!);
  await ended;
  expect(got).toContain('HTTP/1.1 200');
  // The last chunk, by which a caller knows that it has everything.
  expect(got).not.toContain('0\r\n\r\n');
});

test('over HTTP/2, where bodies need not say their length, it is the same', async () => {
  const session = connectHttp2(gateway.url);
  const send = async (...pieces: readonly string[]) => {
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    stream.on('error', () => undefined);
    const answered = new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])));
    for (const piece of pieces) stream.write(piece);
    stream.end();
    stream.resume();
    return answered;
  };
  expect([await send('abcde', 'fghij'), await send('abcde', 'fghijk')]).toEqual([200, 413]);
  session.close();
});
