import { expect, test } from 'vitest';
import { call, withCode } from './call-function.fixture.ts';

test.each([
  ['(?P<id>\\d+)', 'abc 42', '42'],
  ['(a)|(b)', 'b', 'b'],
  ['[a-z]+', '1x', 'x'],
  ['(?<=id=)\\w+', 'id=7f', '7f'],
  ['\\d+', '٤٢', '٤٢'],
  ['(?x) \\d+ # digits', 'no 5', '5'],
  ['a{,2}b', 'aab', 'aab'],
  ['end$', 'the end\n', 'end'],
  ['[[x]+', 'a[x', '[x'],
])('%s finds in %s', (pattern, text, expected) => {
  expect(call('regex_extract', pattern, text)).toBe(expected);
});

test('a pattern that would hang a backtracking engine does not', () => {
  expect(call('regex_match', '(a+)+$', `${'a'.repeat(50_000)}b`)).toBe(false);
});

test.each([
  '(?=a)',
  '(?!a)',
  '(a)\\1',
  '(?P<x>a)(?P=x)',
  '(?>a)',
  '(',
  '[a',
  'a\\',
  '*',
])('%s is refused, and why is said', (pattern) => {
  expect(() => call('regex_match', pattern, 'a')).toThrow(withCode('LANGUAGE_REGEX') as never);
});
