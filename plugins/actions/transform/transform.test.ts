import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { run } from './call.fixture.ts';
import plugin from './index.ts';

const call = (name: string, input: object) => run(plugin, `core.transform.${name}`, input);

test('reshape gives what it is given, numbers untouched', async () => {
  const value = { a: new Float(1), b: [10n ** 20n, null] };
  expect(await call('reshape', { value })).toBe(value);
  await expect(call('reshape', {})).rejects.toThrow('value');
});

test('filter keeps what is truthy as Python sees it', async () => {
  expect(await call('filter', { items: [0, 1, '', 'a', [], [0]], python_lambda: 'x' })).toEqual([1, 'a', [0]]);
  await expect(call('filter', { items: 'text', python_lambda: 'x' })).rejects.toThrow('expected array');
});

test('apply and map call the function with a value and with each item', async () => {
  expect(await call('apply', { value: [1, 2], python_lambda: 'len' })).toBe(2);
  expect(await call('map', { items: ['a', 'bc'], python_lambda: 'len' })).toEqual([1, 2]);
});

test('is_in and not_in compare as Python does, by a part of the item where a lambda says so', async () => {
  const items = [1, new Float(1), '1', 2.5, null, { b: 1, a: [true] }];
  const collection = [true, { a: [1], b: new Float(1) }, null];
  expect(await call('is_in', { items, collection })).toEqual([1, new Float(1), null, { b: 1, a: [true] }]);
  expect(await call('not_in', { items, collection })).toEqual(['1', 2.5]);
  const named = [{ name: 'a' }, { name: 'b' }];
  expect(await call('is_in', { items: named, collection: ['b'], python_lambda: 'name' })).toEqual([{ name: 'b' }]);
  expect(await call('not_in', { items: [1], collection: [], python_lambda: null })).toEqual([1]);
});

test('drop_nulls drops nulls only', async () => {
  expect(await call('drop_nulls', { items: [null, 0, '', false, []] })).toEqual([0, '', false, []]);
});

test('flatten_json makes paths of maps and lists, given as such or as text', async () => {
  const json = { a: { b: 1, 'c.d': [new Float(2), { e: null }] }, empty: {}, none: [] };
  expect(await call('flatten_json', { json })).toEqual({ 'a.b': 1, 'a.c.d[0]': new Float(2), 'a.c.d[1].e': null });
  expect(await call('flatten_json', { json: '{"items": [1, 2.0]}' })).toEqual({
    'items[0]': 1,
    'items[1]': new Float(2),
  });
});

test.each([
  ['[1]', 'the text holds a list'],
  ['1', 'the text holds a scalar'],
  ['{', 'the text is not JSON'],
])('the text %s is no map', async (json, problem) => {
  await expect(call('flatten_json', { json })).rejects.toMatchObject({
    code: 'TRANSFORM_JSON_INVALID',
    message: `json is neither a map nor the JSON text of one: ${problem}.`,
  });
});

test('what is nested too deep is refused', async () => {
  const json = JSON.parse(`${'{"a":'.repeat(102)}1${'}'.repeat(102)}`);
  await expect(call('flatten_json', { json })).rejects.toMatchObject({ code: 'TRANSFORM_TOO_DEEP' });
});

test('eval_jsonpaths gives one answer a path', async () => {
  expect(await call('eval_jsonpaths', { json: '{"a": 1}', jsonpaths: ['$.a', '$.b'] })).toEqual({
    '$.a': 1,
    '$.b': null,
  });
});
