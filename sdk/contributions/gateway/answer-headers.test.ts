import { expect, test } from 'vitest';
import { headerList } from '../../testing/gateway/header-list.ts';
import { answerHeaders } from './answer-headers.ts';

test('an answer is said again with its headers once each, and without those of the connection and cookies', () => {
  const headers = headerList([
    ['Content-Type', 'text/plain'],
    ['Vary', 'Accept'],
    ['vary', 'Origin'],
    ['Set-Cookie', 'a=1'],
    ['Content-Length', '3'],
    ['Connection', 'close, X-Hop'],
    ['X-Hop', '1'],
  ] as never);

  expect(answerHeaders(headers)).toEqual({ 'content-type': 'text/plain', vary: 'Accept, Origin' });
});

test('a name that objects have of themselves is a header like any other', () => {
  expect(answerHeaders(headerList({ constructor: 'a' }))).toEqual(Object.fromEntries([['constructor', 'a']]));
});
