import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { memoryKeyValue } from './memory-key-value.ts';

test('a value comes back as it was, and not as the same object', async () => {
  const store = memoryKeyValue();
  const value = { n: new Float(2), big: 10n ** 20n };
  await store.set('k', value);
  expect(await store.get('k')).toEqual(value);
  expect(await store.get('k')).not.toBe(value);
  await store.delete('k');
  expect(await store.get('k')).toBeUndefined();
});

test('only one of two callers stores under an absent key, until it expires', async () => {
  let now = 0;
  const store = memoryKeyValue(() => now);
  expect(await Promise.all([store.setIfAbsent('k', 1, { ttlMs: 10 }), store.setIfAbsent('k', 2)])).toEqual([
    true,
    false,
  ]);
  expect(await store.get('k')).toBe(1);
  now = 10;
  expect(await store.get('k')).toBeUndefined();
  expect(await store.setIfAbsent('k', 3)).toBe(true);
});
