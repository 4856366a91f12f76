import { expect, test } from 'vitest';
import { plainHeaders, replyHeaders, saidLength } from './answer-headers.ts';

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
