import { defineGatewayPolicy } from '@backplane/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { route, SILENT, startGateway, startUpstream, type TestUpstream, upstream, use } from '../gateway.fixture.ts';
import type { Gateway } from '../open-gateway.ts';
import { exchangeRaw } from './raw.fixture.ts';

const words = { title: 'T', summary: 'S', config: z.object({}) };

/** Lets nobody in. */
const door = defineGatewayPolicy({
  ...words,
  name: 'door',
  phases: ['authorize'],
  onFailure: 'closed',
  create: () => ({ authorize: () => ({ status: 403 }) }),
});

/** Puts into headers what the caller says. */
const parrot = defineGatewayPolicy({
  ...words,
  name: 'parrot',
  phases: ['rewrite'],
  onFailure: 'closed',
  create: () => ({
    rewrite: ({ request, upstream: to }) => {
      to.headers.set('x-said', decodeURIComponent(request.query('say') ?? ''));
      return undefined;
    },
  }),
});

/** Answers with headers that the caller has chosen. */
const echo = defineGatewayPolicy({
  ...words,
  name: 'echo',
  phases: ['route'],
  onFailure: 'closed',
  create: () => ({ route: ({ request }) => ({ status: 200, headers: { 'x-said': request.query('say') ?? '' } }) }),
});

const warnings: unknown[] = [];
let up: TestUpstream;
let gateway: Gateway;

beforeAll(async () => {
  up = await startUpstream((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => response.end(`${request.method} ${request.url} [${Buffer.concat(pieces)}]`));
  });
  gateway = await startGateway(
    {
      routes: [
        route('admin', '/admin/{rest*}', { policies: [use('door')] }),
        route('parrot', '/parrot', { policies: [use('parrot')] }),
        route('echo', '/echo', { policies: [use('echo')] }),
        route('all', '/{rest*}'),
      ],
      upstreams: [upstream('up', [up.port])],
    },
    [door, parrot, echo],
    { log: { ...SILENT, warn: (message, facts) => void warnings.push([message, facts]) } },
  );
});

beforeEach(() => {
  up.seen.length = 0;
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await up[Symbol.asyncDispose]();
});

const hidden = 'GET /admin/x HTTP/1.1\r\nHost: a\r\n\r\n';

test.each([
  ['Content-Length and Transfer-Encoding', 'Content-Length: 6\r\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`],
  ['Transfer-Encoding and Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length: 4', `5c\r\n${hidden}`],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 40', hidden],
  ['lengths in a list', 'Content-Length: 0, 40', hidden],
  ['a length with a sign', 'Content-Length: +5', 'abcde'],
  ['a negative length', 'Content-Length: -1', 'abcde'],
  ['a hexadecimal length', 'Content-Length: 0x5', 'abcde'],
  ['a length with letters', 'Content-Length: 5a', 'abcde'],
  ['a space before the colon', 'Transfer-Encoding : chunked', `0\r\n\r\n${hidden}`],
  ['another coding after chunked', 'Transfer-Encoding: chunked, identity', `0\r\n\r\n${hidden}`],
  ['an unknown coding', 'Transfer-Encoding: xchunked', `0\r\n\r\n${hidden}`],
  ['another coding before chunked', 'Transfer-Encoding: gzip, chunked', `0\r\n\r\n${hidden}`],
  ['identity before chunked', 'Transfer-Encoding: identity, chunked', `0\r\n\r\n${hidden}`],
  ['a coding with a vertical tab', 'Transfer-Encoding: \x0bchunked', `0\r\n\r\n${hidden}`],
  ['two codings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', `0\r\n\r\n${hidden}`],
  ['chunked twice', 'Transfer-Encoding: chunked, chunked', `0\r\n\r\n${hidden}`],
  ['a coding on a folded line', 'Transfer-Encoding:\r\n chunked', `0\r\n\r\n${hidden}`],
  ['a folded header', 'X-Fold: a\r\n Content-Length: 40', hidden],
  ['a bare line feed in a header', 'X-A: b\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`],
  ['a bare carriage return in a header', 'X-A: b\rTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`],
  ['a NUL in a header', 'X-A: b\0c', ''],
  ['a NUL in a name', 'X\0A: b', ''],
  ['a line without a colon', 'garbage', ''],
  ['a chunk size with a sign', 'Transfer-Encoding: chunked', '+5\r\nabcde\r\n0\r\n\r\n'],
  ['a chunk size with 0x', 'Transfer-Encoding: chunked', '0x5\r\nabcde\r\n0\r\n\r\n'],
  ['a chunk size that overflows', 'Transfer-Encoding: chunked', 'ffffffffffffffff1\r\nabcde\r\n0\r\n\r\n'],
  ['a chunk larger than it says', 'Transfer-Encoding: chunked', '3\r\nabcde\r\n0\r\n\r\n'],
  ['a chunk size ended by a bare line feed', 'Transfer-Encoding: chunked', '5\nabcde\r\n0\r\n\r\n'],
  ['a chunk ended by a bare line feed', 'Transfer-Encoding: chunked', '5\r\nabcde\n0\r\n\r\n'],
  ['a line feed in a chunk extension', 'Transfer-Encoding: chunked', '5;a\nb\r\nabcde\r\n0\r\n\r\n'],
])('a request with %s is refused or read in one way, and nothing is smuggled in it', async (_what, head, body) => {
  const { statuses } = await exchangeRaw(gateway.port, `POST /x HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n${body}`);
  expect(statuses.filter((status) => status < 400)).toEqual([]);
  expect(up.seen.filter(({ url }) => url !== '/x')).toEqual([]);
});

test('a request that is read gets its own answer, and what follows it and cannot be read the refusal', async () => {
  const { statuses } = await exchangeRaw(
    gateway.port,
    'GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET /y HTTP/1.1\r\nno colon\r\n\r\n',
  );
  expect([statuses, up.seen.map(({ url }) => url)]).toEqual([[200, 400], ['/x']]);
});

test('a request that cannot be read leaves a line in the log', async () => {
  const { statuses } = await exchangeRaw(gateway.port, 'GET /x HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n');
  expect(statuses).toEqual([400]);
  const line = expect.objectContaining({ code: 'HPE_INVALID_HEADER_TOKEN', clientAddress: '127.0.0.1' });
  expect(warnings).toContainEqual(['a request could not be read', line]);
});

test('a chunk extension is not handed on', async () => {
  const request = 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a="b"\r\nabcde\r\n0\r\n\r\n';
  const { text } = await exchangeRaw(gateway.port, request);
  expect(text).toContain('POST /x [abcde]');
});

test.each([
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['a host with a path', 'GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n'],
  ['a host with a user', 'GET /x HTTP/1.1\r\nHost: a@b\r\n\r\n'],
  ['hosts in a list', 'GET /x HTTP/1.1\r\nHost: a, b\r\n\r\n'],
  ['a fragment, which an upstream may cut off', 'GET /admin/x#y HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a fragment in its query', 'GET /x?a#y HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['lines that end with a bare line feed', 'GET /x HTTP/1.1\nHost: a\n\n'],
  ['a space in its target', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a control character in its target', 'GET /a\x01b HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an unknown version', 'GET / HTTP/3.7\r\nHost: a\r\n\r\n'],
  ['an unknown method', 'HACK / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an absolute target', 'GET http://internal/x HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a target without a slash', 'GET x HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a target for OPTIONS with GET', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n'],
])('a request with %s never reaches the upstream', async (_what, text) => {
  const { status } = await exchangeRaw(gateway.port, text);
  expect([status >= 400 || status === 0, up.seen]).toEqual([true, []]);
});

test.each([
  'a',
  'a.b-c_d.example:8080',
  '[::1]',
  '[fd00::1]:8088',
  '127.0.0.1',
  'xn--bcher-kva.example',
  '',
])('the host %j is served', async (host) => {
  const { status } = await exchangeRaw(gateway.port, `GET /x HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect(status).toBe(200);
});

test('CONNECT opens no tunnel', async () => {
  const { text } = await exchangeRaw(gateway.port, `CONNECT 127.0.0.1:${up.port} HTTP/1.1\r\nHost: a\r\n\r\n${hidden}`);
  expect(text).not.toContain(' 200 ');
  expect(up.seen).toEqual([]);
});

test.each([
  '/public/../admin/x',
  '/public/..;/admin/x',
  '/public/%2e%2e/admin/x',
  '/public/%2E./admin/x',
  '/public/%252e%252e/admin/x',
  '/public/%25252e%25252e/admin/x',
  '/public/..%2fadmin/x',
  '/public/..%5cadmin/x',
  '/public/..\\admin/x',
  '/./admin/x',
  '/%61dmin/%00',
  '/x%',
  '/x%zz',
  '/x%0d%0aSet-Cookie:a',
  '/x%c0%ae%c0%ae/',
])('the path %s is refused', async (path) => {
  const { text } = await exchangeRaw(gateway.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  expect(text).toMatch(/ 400 [\s\S]*GATEWAY_REQUEST_MALFORMED/);
  expect(up.seen).toEqual([]);
});

test.each([
  ...['/admin/x', '/%61dmin/x', '/%2561dmin/x', '/admin/x?', '/admin%2fx', '/admin%252fx', '/admin%5cx'],
  ...['//admin/x', '/admin//x', '/admin;a=b/x', ';/admin/x', '/;a/admin/x'],
])('the path %s does not get past a policy by its spelling', async (path) => {
  const { status } = await exchangeRaw(gateway.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  expect([status === 403 || status === 400, up.seen]).toEqual([true, []]);
});

test('a path with encoded signs that leads nowhere else goes on as it was sent', async () => {
  const { text } = await exchangeRaw(gateway.port, 'GET /files/a%2Fb%20c//d;v=1 HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(text).toContain('GET /files/a%2Fb%20c//d;v=1 ');
});

test('a policy cannot be talked into a header of its own by line ends', async () => {
  for (const said of ['a%250d%250aX-Admin:%20yes', 'a%2500b']) {
    const { text } = await exchangeRaw(gateway.port, `GET /parrot?say=${said} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(text).toMatch(/ 500 [\s\S]*GATEWAY_HEADER_INVALID/);
  }
  expect(up.seen).toEqual([]);
});

test('an answer of a policy with line ends in a header is no answer', async () => {
  const { text, status } = await exchangeRaw(gateway.port, 'GET /echo?say=a%0d%0aX-B:%20c HTTP/1.1\r\nHost: a\r\n\r\n');
  expect([status, text.includes('X-B: c')]).toEqual([500, false]);
});

test('what Connection names is not handed on, and it cannot remove what identifies the caller or the message', async () => {
  const named = 'Connection: x-inner, authorization, x-forwarded-for, content-length, host, keep-alive';
  await exchangeRaw(
    gateway.port,
    `GET /hop HTTP/1.1\r\nHost: a\r\n${named}\r\nX-Inner: 1\r\nAuthorization: Bearer t\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nProxy-Connection: x\r\nTrailer: x\r\n\r\n`,
  );
  const names = up.seen[0]!.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  expect(names.toSorted()).toEqual(
    ['authorization', 'connection', 'host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'].toSorted(),
  );
});

test('X-Forwarded-* of a caller that is no trusted proxy is replaced', async () => {
  await exchangeRaw(
    gateway.port,
    'GET /f HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: for=10.0.0.1\r\n\r\n',
  );
  const { rawHeaders } = up.seen[0]!;
  expect(rawHeaders).not.toContain('10.0.0.1');
  expect(rawHeaders).not.toContain('evil');
  expect(rawHeaders).not.toContain('for=10.0.0.1');
  expect(rawHeaders[rawHeaders.indexOf('x-forwarded-for') + 1]).toBe('127.0.0.1');
});

test('a request to upgrade to another protocol than WebSocket is served without it', async () => {
  const asked = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__';
  const { status } = await exchangeRaw(gateway.port, `GET /up HTTP/1.1\r\nHost: a\r\n${asked}\r\n\r\n`);
  expect(status).toBe(200);
  const names = up.seen[0]!.rawHeaders.map((name) => name.toLowerCase());
  expect(names).not.toContain('upgrade');
  expect(names).not.toContain('http2-settings');
});

test('an upgrade does not get around a policy', async () => {
  const asked =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const { status } = await exchangeRaw(gateway.port, `GET /admin/ws HTTP/1.1\r\nHost: a\r\n${asked}\r\n\r\n${hidden}`);
  expect([status, up.seen]).toEqual([403, []]);
});

test('requests in one go are answered in their order', async () => {
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const { text } = await exchangeRaw(gateway.port, ask('/1') + ask('/admin/2') + ask('/3'));
  expect(text.match(/GET \/1 |403|GET \/3 /g)).toEqual(['GET /1 ', '403', 'GET /3 ']);
});
