import { float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { call, withCode } from './call-function.fixture.ts';

test('sets know equal values of different kinds, and lists and maps by content', () => {
  expect(call('unique', [1, float(1), true, '1', null, null])).toEqual([1, '1', null]);
  expect(call('unique', [{ a: 1, b: 2 }, { b: 2, a: 1 }, [1], [1]])).toHaveLength(2);
  expect(call('difference', [1, 2, 3], [float(2)])).toEqual([1, 3]);
  expect(call('union', [1], [2], [1])).toEqual([1, 2]);
});

test('nulls drop out, and empty strings where asked', () => {
  expect(call('compact', [1, null, ''])).toEqual([1, '']);
  expect(call('drop_nulls', [1, null, ''])).toEqual([1]);
});

test('ranges go either way and have an end', () => {
  expect(call('range', 5, 0, -2)).toEqual([5, 3, 1]);
  expect(call('range', 0, 3)).toEqual([0, 1, 2]);
  expect(() => call('range', 0, 1, 0)).toThrow(withCode('LANGUAGE_FUNCTION_FAILED') as never);
  expect(() => call('range', 0, 1e12)).toThrow(withCode('LANGUAGE_BUDGET_OUTPUT') as never);
  expect(() => call('iter_product', call('range', 0, 2000), call('range', 0, 2000))).toThrow(
    withCode('LANGUAGE_BUDGET_OUTPUT') as never,
  );
});

test('keys and values zip to a map without a prototype', () => {
  const made = call('zip_map', ['__proto__', 'a'], [1, 2]) as object;
  expect(Object.getPrototypeOf(made)).toBeNull();
  expect(Object.keys(made)).toEqual(['__proto__', 'a']);
  expect(() => call('zip_map', [['a']], [1])).toThrow(withCode('LANGUAGE_KEY_TYPE') as never);
});

test('a reserved name is never found in a map', () => {
  expect(call('lookup', {}, 'constructor')).toBeNull();
  expect(call('lookup', JSON.parse('{"__proto__": 1}'), '__proto__')).toBeNull();
});

test('merging takes only maps, later ones win, and no prototype is touched', () => {
  expect(call('merge', [{ a: 1 }, { a: 2, b: 3 }])).toEqual({ a: 2, b: 3 });
  call('merge', [JSON.parse('{"__proto__": {"polluted": true}}')]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(() => call('merge', [1])).toThrow(withCode('LANGUAGE_FUNCTION_FAILED') as never);
  expect(() => call('merge', {})).toThrow(withCode('LANGUAGE_ARGUMENT') as never);
});

test('a map flattens to paths, to a depth', () => {
  expect(call('flatten_dict', { a: { b: [1, { c: 2 }] } })).toEqual({ 'a.b[0]': 1, 'a.b[1].c': 2 });
  expect(() => call('flatten_dict', { a: { b: { c: 1 } } }, 1)).toThrow(withCode('LANGUAGE_BUDGET_DEPTH') as never);
});

test('length needs something that has one', () => {
  expect(() => call('length', null)).toThrow(withCode('LANGUAGE_ARGUMENT') as never);
  expect(() => call('length', null)).toThrow('`FN.length`: `x` must be a str, a list or a dict, not None.');
});

test('numbers go through the same arithmetic as operators', () => {
  expect(call('sum', [1, 2], 10)).toBe(13);
  expect([call('min', 2, 1), call('max', 'a', 'b')]).toEqual([1, 'b']);
  expect(() => call('add', 'a', 1)).toThrow(withCode('LANGUAGE_OPERANDS') as never);
});
