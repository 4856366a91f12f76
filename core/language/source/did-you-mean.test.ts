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

test.each(['zebra', 'q', '', 'a'.repeat(200)])('%s is nothing known', (name) =>
  expect(nearest(name, names)).toBeUndefined());
