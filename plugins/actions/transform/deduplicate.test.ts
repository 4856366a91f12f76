import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { memory, run } from './call.fixture.ts';
import plugin from './index.ts';

const call = (name: string, input: object, ports?: object) => run(plugin, `core.transform.${name}`, input, ports);

test('equal items are merged in order, later members winning', async () => {
  const items = [{ id: 1, a: 1 }, { id: 2 }, { id: new Float(1), b: 2 }];
  expect(await call('deduplicate', { items, keys: ['id'], persist: false })).toEqual([
    { id: new Float(1), a: 1, b: 2 },
    { id: 2 },
  ]);
  expect(await call('deduplicate', { items: [], keys: ['id'] })).toEqual([]);
  expect(await call('deduplicate', { items: null, keys: ['id'] })).toEqual([]);
});

test('keys are paths; a null is a value, an absent member an error', async () => {
  const items = [{ u: { id: null } }, { u: { id: null } }, { u: { id: 'x' } }];
  expect(await call('deduplicate', { items, keys: ['u.id'], persist: false })).toHaveLength(2);
  await expect(
    call('deduplicate', { items: [{ id: 1 }, { ID: 1 }], keys: ['id'], persist: false }),
  ).rejects.toMatchObject({
    code: 'TRANSFORM_KEY_MISSING',
    message: 'Item 1 has nothing at "id", so it cannot be compared with the others.',
  });
  await expect(call('deduplicate', { items: [{}], keys: ['constructor'], persist: false })).rejects.toMatchObject({
    code: 'TRANSFORM_KEY_MISSING',
  });
  await expect(call('deduplicate', { items: [{}], keys: ['$.a[0]'], persist: false })).rejects.toMatchObject({
    code: 'TRANSFORM_KEY_MISSING',
  });
});

test('what an earlier call saw is dropped until it expires', async () => {
  const kv = memory();
  const items = [{ id: 1 }, { id: 2 }];
  const once = (list: object[], step: string) =>
    call('deduplicate', { items: list, keys: ['id'], expire_seconds: 60 }, { kv, step });
  expect(await once(items, 'first')).toEqual(items);
  expect(await once([...items, { id: 3 }], 'second')).toEqual([{ id: 3 }]);
  kv.pass(60_000);
  expect(await once(items, 'third')).toEqual(items);
});

test('the same step tried again gets its items again', async () => {
  const kv = memory();
  const attempt = () => call('deduplicate', { items: { id: 1 }, keys: ['id'] }, { kv, step: 'same' });
  expect(await attempt()).toEqual([{ id: 1 }]);
  expect(await attempt()).toEqual([{ id: 1 }]);
});

test('is_duplicate is false the first time and true after', async () => {
  const kv = memory();
  const ask = (step: string, keys = ['id']) =>
    call('is_duplicate', { item: { id: 1, name: 1 }, keys, expire_seconds: new Float(5) }, { kv, step });
  expect(await ask('first')).toBe(false);
  expect(await ask('second')).toBe(true);
  expect(await ask('third', ['name'])).toBe(false);
  await expect(call('is_duplicate', { item: {}, keys: ['id'], expire_seconds: 0 })).rejects.toThrow('greater than 0');
});

test('many items are remembered, each once', async () => {
  const kv = memory();
  const items = Array.from({ length: 100 }, (_, id) => ({ id }));
  expect(await call('deduplicate', { items, keys: ['id'] }, { kv, step: 'a' })).toHaveLength(100);
  expect(await call('deduplicate', { items, keys: ['id'] }, { kv, step: 'b' })).toEqual([]);
});
