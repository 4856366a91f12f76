import { expect, test } from 'vitest';
import { encodeResult } from './encode-result.ts';

test('data becomes JSON, as JSON.stringify writes it', () => {
  const value = { a: [1, undefined, null], when: new Date(0), u: undefined };
  expect(encodeResult(value)).toEqual({ json: JSON.stringify(value) });
  expect(encodeResult(undefined)).toEqual({ json: 'null' });
});

const cycle: unknown[] = [];
cycle.push({ cycle });

test.each([
  [{ a: [1n] }, 'result.a[0] is a BigInt (1)'],
  [() => 1, 'result is a function'],
  [[Symbol('x')], 'result[0] is a symbol'],
  [{ n: Number.NaN }, 'result.n is NaN'],
  [new Map(), 'result is a Map (return Object.fromEntries(map))'],
  [{ s: new Set() }, 'result.s is a Set (return [...set])'],
  [[Promise.resolve()], 'result[0] is a promise (await it)'],
  [cycle, 'result[0].cycle contains itself'],
  [{ toJSON: () => 1n }, 'result.toJSON is a function'],
  [
    {
      toJSON: () => {
        throw new Error('sick');
      },
    },
    'result.toJSON is a function',
  ],
])('%o is refused with its place', (value, problem) => {
  expect(encodeResult(value)).toEqual({ problem });
});
