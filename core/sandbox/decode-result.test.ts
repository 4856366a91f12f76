import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { decodeResult } from './decode-result.ts';

test('results keep exact numbers', () => {
  expect(decodeResult('[1,1e21,12345678901234567890]', 100)).toEqual({
    value: [1, new Float(1e21), 12345678901234567890n],
  });
});

test.each([
  ['{"__proto__":{"a":1}}', 'result'],
  ['{"\\u005f_proto__":{"a":1}}', 'result'],
  ['not json', 'result'],
  [`${'['.repeat(600)}${']'.repeat(600)}`, 'result'],
  ['"éé"', 'output'],
])('%s is refused', (text, kind) => {
  expect(decodeResult(text, text.startsWith('"é') ? 5 : 10_000)).toMatchObject({ failure: { kind } });
});

test('brackets and the word in strings are only text', () => {
  const text = JSON.stringify(['[{'.repeat(2000), 'the key __proto__', '\\"[[']);
  expect(decodeResult(text, 100_000)).toEqual({ value: JSON.parse(text) });
});
