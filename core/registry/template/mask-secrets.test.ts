import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { createMask } from './mask-secrets.ts';

test('secrets vanish from all text, the longer of two first', () => {
  const mask = createMask(['tok', 'token-1', 'x', '']);
  expect(mask({ a: ['see token-1', 'tok!', 'x'], n: 1, f: new Float(2), z: null })).toEqual({
    a: ['see ***', '***!', 'x'],
    n: 1,
    f: new Float(2),
    z: null,
  });
});

test('characters that mean something in patterns are taken literally', () => {
  expect(createMask(['a.c', '$&', '(('])('abc a.c $& ((')).toBe('abc *** *** ***');
});

test('keys stay, unless they hold a long secret; two of those stay apart', () => {
  const long = 'abcdefghijklmnop';
  const mask = createMask(['id', long]);
  expect(mask({ id: 'the id', [long]: 1, [`${long}${long}`]: 2, [`${long}`.toUpperCase()]: 3 })).toEqual({
    id: 'the ***',
    '***': 1,
    '******': 2,
    ABCDEFGHIJKLMNOP: 3,
  });
  expect(mask({ 'a***': 1, [`a${long}`]: 2 })).toEqual({ 'a***': 1, 'a*** 2': 2 });
  expect(mask({ [`a${long}`]: 1, 'a***': 2 })).toEqual({ 'a***': 1, 'a*** 2': 2 });
});

test('what holds no secret is handed back itself', () => {
  const value = { deep: [{ a: 'b' }] };
  expect(createMask(['secret'])(value)).toBe(value);
  expect(createMask([])(value)).toBe(value);
});
