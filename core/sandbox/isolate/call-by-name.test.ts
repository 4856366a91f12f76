import { expect, test } from 'vitest';
import { callByName, splitParameters } from './call-by-name.ts';

test.each([
  ['(a, b) => 1', ['a', 'b']],
  ['x => 1', ['x']],
  ['async x => 1', ['x']],
  ['async function main(a, b = f(1, 2), c = ",)") {}', ['a', 'b = f(1, 2)', 'c = ",)"']],
  ['function* gen(a /* first, of two */, b // last\n) {}', ['a', 'b']],
  ['({ a, b = [1, 2] }, ...rest) => 1', ['{ a, b = [1, 2] }', '...rest']],
  ['function () {}', []],
  ['function () { [native code] }', []],
  ['(a = `x${")"},`) => 1', ['a = `x${")"},`']],
  ['class A {}', []],
])('the parameters of %s', (source, expected) => {
  expect(splitParameters(source)).toEqual(expected);
});

test('inputs go to the parameters that name them; missing ones are null or their default', () => {
  const inputs = { b: 2, a: 1, constructor: 'own' };
  expect(callByName(((a: unknown, c: unknown, d = 4) => [a, c, d]) as never, inputs)).toEqual([1, null, 4]);
  expect(callByName(new Function('toString', 'return toString') as never, inputs)).toBe(null);
  expect(callByName((({ a, z = 9 }: Record<string, unknown>) => [a, z]) as never, inputs)).toEqual([1, 9]);
  expect(callByName(((inputs: unknown) => inputs) as never, inputs)).toBe(inputs);
  expect(callByName(((inputs: unknown) => inputs) as never, { inputs: 5 })).toBe(5);
});
