import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { UpstreamRequest } from './connections.ts';
import { requestHead } from './http1-request.ts';

const ask = (given: Partial<UpstreamRequest> = {}) =>
  requestHead(
    { method: 'GET', path: '/a?b=c', headers: [], headTimeoutMs: 0, bodyTimeoutMs: 0, ...given },
    'orders:8080',
  );

test('a request says where it goes, and is kept', () => {
  expect(ask({ headers: ['X-A', 'b'] }).text).toBe(
    'GET /a?b=c HTTP/1.1\r\nhost: orders:8080\r\nconnection: keep-alive\r\nX-A: b\r\n\r\n',
  );
});

test('the name that the caller used goes on where it is given', () => {
  expect(ask({ headers: ['Host', 'shop.example.com'] }).text).toContain('Host: shop.example.com\r\n');
  expect(ask({ headers: ['Host', 'shop.example.com'] }).text).not.toContain('orders');
});

test.each([
  ['nothing for GET', 'GET', undefined, [], '', 0],
  ['no body of POST', 'POST', undefined, [], 'content-length: 0\r\n', 0],
  ['bytes', 'POST', Buffer.from('abc'), ['Content-Length', '99'], 'content-length: 3\r\n', 3],
  ['a stream of a said length', 'PUT', Readable.from(['abc']), ['content-length', '3'], 'content-length: 3\r\n', 3],
  ['a stream of any length', 'PUT', Readable.from(['abc']), [], 'transfer-encoding: chunked\r\n', -1],
])('the body is framed by the gateway: %s', (_, method, body, headers, framing, length) => {
  const head = ask({ method, body, headers });
  expect(head.length).toBe(length);
  const lines = head.text.split('\r\n').filter((line) => /^(content-length|transfer-encoding):/i.test(line));
  expect(lines.join('')).toBe(framing.trim());
});

test('what speaks of a connection is not sent on it, except that trailers are wanted', () => {
  const { text } = ask({
    headers: [
      'Connection',
      'close',
      'Transfer-Encoding',
      'chunked',
      'Upgrade',
      'h2c',
      'Expect',
      '100-continue',
      'TE',
      'trailers',
    ],
  });
  expect(text).toBe('GET /a?b=c HTTP/1.1\r\nhost: orders:8080\r\nconnection: keep-alive\r\nTE: trailers\r\n\r\n');
});

test('a WebSocket is asked for', () => {
  expect(ask({ isUpgrade: true }).text).toContain('connection: upgrade\r\nupgrade: websocket\r\n');
});

test.each([
  ['a value that begins another field', { headers: ['X-A', 'b\r\nX-B: c'] }],
  ['a value with a lone LF', { headers: ['X-A', 'b\nc'] }],
  ['a value with NUL', { headers: ['X-A', 'b\0'] }],
  ['a value whose characters become others', { headers: ['X-A', 'b\u{10d}\u{10a}'] }],
  ['a name that begins another field', { headers: ['X-A: b\r\nX-B', 'c'] }],
  ['an empty name', { headers: ['', 'c'] }],
  ['a path that ends the line', { path: '/a HTTP/1.1\r\nX-A: b' }],
  ['a path with a space', { path: '/a b' }],
  ['a path whose characters become others', { path: '/\u{10d}\u{10a}' }],
  ['no path', { path: '' }],
  ['a method that is none', { method: 'GET /b' }],
  ['two hosts', { headers: ['Host', 'a', 'host', 'b'] }],
  ['two lengths', { headers: ['Content-Length', '3', 'content-length', '4'], body: Readable.from(['abc']) }],
  ['a length that is no number', { headers: ['Content-Length', '3, 3'], body: Readable.from(['abc']) }],
  ['a length without a body', { headers: ['Content-Length', '3'] }],
])('%s is refused', (_, given) => {
  expect(() => ask(given)).toThrow(/invalid|duplicate|does not match/i);
});
