import { expect, test } from 'vitest';
import { plainHeaders, receivedHeaders, replyHeaders, saidLength } from './answer-headers.ts';

test('a header that came twice goes on twice', () => {
  const raw = receivedHeaders({ 'set-cookie': ['a=1', 'b=2'], etag: '"1"', absent: undefined });

  expect(raw).toEqual(['set-cookie', 'a=1', 'set-cookie', 'b=2', 'etag', '"1"']);
});

test('headers of the connection, and those that it names, do not go on', () => {
  const raw = receivedHeaders({
    connection: 'keep-alive, X-Hop',
    'keep-alive': 'timeout=5',
    'transfer-encoding': 'chunked',
    'x-hop': '1',
    'content-type': 'text/plain',
  });

  expect(raw).toEqual(['content-type', 'text/plain']);
});

test('whoever wants one value a name gets those of a header together', () => {
  expect(plainHeaders(['vary', 'accept', 'etag', '"1"', 'vary', 'origin'])).toEqual({
    vary: 'accept, origin',
    etag: '"1"',
  });
});

test('a name that objects have of themselves is a header like any other', () => {
  expect(plainHeaders(['__proto__', 'a', 'constructor', 'b'])).toEqual(
    Object.fromEntries([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]),
  );
});

test('a policy does not say how long its answer is', () => {
  const headers = { 'Content-Length': '999', 'content-type': 'text/plain' };

  expect(replyHeaders({ status: 200, headers })).toEqual(['content-type', 'text/plain']);
});

test('the length of a body is told by the head, or not at all', () => {
  expect([saidLength(['Content-Length', '12']), saidLength(['etag', '"1"'])]).toEqual([12, -1]);
});
