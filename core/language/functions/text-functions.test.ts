import { expect, test } from 'vitest';
import { call, withCode } from './call-function.fixture.ts';

test('joining unescapes the separator and takes only strings', () => {
  expect(call('join', ['a', 'b'], '\\n')).toBe('a\nb');
  expect(() => call('join', ['a', 1], ',')).toThrow(withCode('LANGUAGE_ARGUMENT') as never);
});

test('characters are counted as Python counts them', () => {
  expect(call('length', '😀é')).toBe(2);
  expect(call('at', 'a😀b', -1)).toBe('b');
  expect(call('at', 'a😀b', 1)).toBe('😀');
  expect(call('slice', '😀😀x', 1, 2)).toBe('😀x');
  expect(call('replace', 'ab', '', '-')).toBe('-a-b-');
});

test('a replacement is taken literally', () => {
  expect(call('replace', 'price', 'price', '$& $1')).toBe('$& $1');
});

test('an index beyond the end is an error', () => {
  expect(() => call('at', [1], 5)).toThrow(withCode('LANGUAGE_INDEX') as never);
});

test('strip takes white space, or any of the characters given', () => {
  expect(call('strip', ' \t x \n')).toBe('x');
  expect(call('strip', '=ab==', '=')).toBe('ab');
});

test.each([
  ['Hello, World!', 'hello-world'],
  ["l'été à l’œuvre", 'l-ete-a-loeuvre'],
  ['Straße 1,000 €', 'strasse-1000-eur'],
  ['Привет мир', 'privet-mir'],
  ['a&amp;b &#233;', 'a-b-e'],
  ['---', ''],
])('slug of %s', (text, expected) => {
  expect(call('slugify', text)).toBe(expected);
});

test('URL encoding keeps what is asked to be kept', () => {
  expect(call('url_encode', 'a/b ü')).toBe('a%2Fb%20%C3%BC');
  expect(call('url_encode', 'a/b', '/')).toBe('a/b');
  expect(call('url_decode', '%zz%C3%BC%ff')).toBe('%zzü\ufffd');
});

test('format strings fill fields by position, path and specification', () => {
  expect(call('format', '{1} {0[user][name]:>6}|{2:,.2f}', { user: { name: 'Ada' } }, 'x', 1234.5)).toBe(
    'x    Ada|1,234.50',
  );
  expect(call('format', '{:{}}|{!r}', 'a', 3, 'b')).toBe("a  |'b'");
  expect(call('format', '{{}} {:%Y}', Temporal.PlainDate.from('2024-01-02'))).toBe('{} 2024');
});

test.each([
  ['{', []],
  ['}', []],
  ['{}', []],
  ['{x}', [1]],
  ['{0} {}', [1]],
  ['{0[constructor]}', [{}]],
  ['{:d}', ['a']],
  ['{:>}}', [1]],
])('the format %s is refused', (template, values) => {
  expect(() => call('format', template, ...values)).toThrow(withCode('LANGUAGE_FORMAT') as never);
});

test('a width beyond all reason is refused before it is filled', () => {
  expect(() => call('format', '{:>999999999}', 'x')).toThrow(withCode('LANGUAGE_BUDGET_OUTPUT') as never);
});
