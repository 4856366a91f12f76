import { expect, test } from 'vitest';
import { compileRange, isVersion } from './version-range.ts';

test.each([
  ['1.2.3', '1.2.3', true],
  ['1.2.3', '1.2.4', false],
  ['=1.2.3', '1.2.3', true],
  ['^1.2.3', '1.9.0', true],
  ['^1.2.3', '1.2.2', false],
  ['^1.2.3', '2.0.0', false],
  ['^0.1.0', '0.1.9', true],
  ['^0.1.0', '0.2.0', false],
  ['^0.0.3', '0.0.3', true],
  ['^0.0.3', '0.0.4', false],
  ['^0', '0.9.9', true],
  ['^0.0', '0.0.9', true],
  ['^0.0', '0.1.0', false],
  ['^1.x', '1.9.0', true],
  ['~1.2.3', '1.2.9', true],
  ['~1.2.3', '1.3.0', false],
  ['~1', '1.9.0', true],
  ['~1', '2.0.0', false],
  ['1.x', '1.5.0', true],
  ['1.2.*', '1.3.0', false],
  ['1', '1.5.0', true],
  ['*', '0.0.1', true],
  ['>=1.2.0 <2', '1.9.9', true],
  ['>=1.2.0 <2', '2.0.0', false],
  ['>= 1.2.0', '1.2.0', true],
  ['>1.2', '1.2.9', false],
  ['>1.2', '1.3.0', true],
  ['<=1.2', '1.2.9', true],
  ['<=1.2.0', '1.2.1', false],
  ['^1 || ^3', '3.1.0', true],
  ['^1 || ^3', '2.1.0', false],
  ['^1.0.0', '2.0.0-rc.1', false],
  ['^1.0.0', '1.0.0-rc.1', false],
  ['^1.0.0-rc.1', '1.0.0-rc.2', true],
  ['^1.0.0-rc.2', '1.0.0-rc.1', false],
  ['>1.0.0-alpha', '1.0.0-1', false],
  ['>1.0.0-alpha', '1.0.0-alpha.1', true],
  ['1.2.3', '1.2.3+build', true],
  ['^1', 'nonsense', false],
])('%s and %s: %s', (range, version, fits) => {
  expect(compileRange(range)!(version)).toBe(fits);
});

test.each(['', 'latest', '^', '1.2.3.4', '1 - 2 -', '||', '^1 ||', '>=x.y'])('%j is not a range', (range) => {
  expect(compileRange(range)).toBeUndefined();
});

test('a version has three numbers', () => {
  expect(['1.2.3', '1.2.3-rc.1', '1.2.3+b', '1.2', '1.2.x', ''].map(isVersion)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
