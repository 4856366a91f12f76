import { expect, test } from 'vitest';
import { nearest } from './did-you-mean.ts';

const names = ['ref', 'action', 'args', 'run_if', 'for_each', 'core.http_request', 'x'];

test.each([
  ['actoin', 'action'],
  ['agrs', 'args'],
  ['runIf', 'run_if'],
  ['foreach', 'for_each'],
  ['core.http_reqest', 'core.http_request'],
  ['Ref', 'ref'],
  ['refs', 'ref'],
])('%s is probably %s', (name, meant) => expect(nearest(name, names)).toBe(meant));

const functions = [
  'uppercase',
  'lowercase',
  'is_json',
  'to_datetime',
  'unique',
  'sum',
  'timeout_seconds',
  'format',
  'formatted',
];

test.each([
  ['upper', 'uppercase'],
  ['lower', 'lowercase'],
  ['datetime', 'to_datetime'],
  ['timeout', 'timeout_seconds'],
  ['formats', 'format'],
  ['json', 'is_json'],
])('%s is cut short of, or longer than, %s', (name, meant) => expect(nearest(name, functions)).toBe(meant));

test.each(['case', 'sum_all', 'to', 'time', 'seconds_ago'])('%s has too little in common with any', (name) =>
  expect(nearest(name, functions)).toBeUndefined());

test('names from an iterator that can be read only once are looked at in both ways', () =>
  expect(nearest('upper', new Map([['uppercase', 1]]).keys())).toBe('uppercase'));

test.each(['zebra', 'q', '', 'a'.repeat(200)])('%s is nothing known', (name) =>
  expect(nearest(name, names)).toBeUndefined());
