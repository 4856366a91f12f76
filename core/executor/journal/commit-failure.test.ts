import { expect, test } from 'vitest';
import { classifyFailure } from './commit-failure.ts';

const failure = (code: string, more: object = {}) =>
  Object.assign(new Error(code), { severity: 'ERROR', code, ...more });

test.each([
  ['a full disk', failure('53100'), 'refused'],
  ['a deadlock with another host', failure('40P01'), 'clash'],
  ['a lost race with another host', failure('40001'), 'clash'],
  ['a key that another run holds', failure('23502', { table: 'run_key' }), 'taken'],
  ['any other column that may not be null', failure('23502', { table: 'run' }), 'refused'],
  ['a server that stops', failure('57P01'), 'away'],
  ['a session that was ended', failure('57P01', { severity: 'FATAL' }), 'away'],
  ['a socket that broke', new Error('Connection terminated'), 'away'],
])('%s', (_, error, expected) => {
  expect(classifyFailure(error)).toBe(expected);
});
