import { expect, test } from 'vitest';
import { readMessage } from './read-message.ts';

test('known messages pass, with known parts only', () => {
  expect(readMessage({ type: 'done', id: 1, result: '2', rss: 5, extra: 1 })).toEqual({
    type: 'done',
    id: 1,
    result: '2',
    rss: 5,
  });
  const failure = { kind: 'script', message: 'm', line: 1, column: 2, stack: 's', evil: true };
  expect(readMessage({ type: 'failed', id: 1, failure })).toMatchObject({
    failure: { kind: 'script', message: 'm', line: 1, column: 2, stack: 's' },
  });
  expect(readMessage({ type: 'failed', id: 1, failure: { kind: 'entry', functions: ['a', 1] } })).toMatchObject({
    failure: { functions: ['a', ''] },
  });
});

test.each([
  null,
  5,
  'ready',
  {},
  { type: 'done' },
  { type: 'drop', id: 1 },
  { type: 'line', id: 'x' },
])('%o is not a message', (claim) => {
  expect(readMessage(claim)).toBeUndefined();
});

test('a failure that makes no sense counts as a crash', () => {
  expect(readMessage({ type: 'failed', id: 1, failure: { kind: 'constructor' } })).toMatchObject({
    failure: { kind: 'crashed' },
  });
  expect(readMessage({ type: 'failed', id: 1 })).toMatchObject({ failure: { kind: 'crashed' } });
});
