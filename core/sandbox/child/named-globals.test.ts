import { expect, test } from 'vitest';
import { namedGlobals } from './named-globals.ts';

test.each([
  ['return 1 + 2', ''],
  ['console.log(1)', 'console'],
  ['new URLSearchParams()', 'URL URLSearchParams'],
])('%s', (text, expected) => {
  expect(namedGlobals(text)).toBe(expected);
});

test.each([
  'globalThis[name]',
  'eval(text)',
  'new Function(text)',
  'x.constructor',
  'con\\u0073ole.log(1)',
])('%s can reach all', (text) => {
  expect(namedGlobals(text)).toContain('console setTimeout');
  expect(namedGlobals(text)).toContain('crypto');
});
