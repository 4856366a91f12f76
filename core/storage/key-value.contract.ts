import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import type { KeyValueStore } from './key-value-store.ts';

/** What every store of plugins' small state does. */
export function keyValueContract(open: () => KeyValueStore): void {
  const fresh = () => open().scope(crypto.randomUUID());

  test('gives back what was set, with exact numbers', async () => {
    const store = fresh();
    await store.set('a', { whole: new Float(2), large: 2n ** 70n, text: 'ü\u0000' });
    expect(await store.get('a')).toEqual({ whole: new Float(2), large: 2n ** 70n, text: 'ü\u0000' });
    await store.set('a', null);
    expect(await store.get('a')).toBeNull();
  });

  test('an absent, deleted or expired key is undefined', async () => {
    const store = fresh();
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', 1);
    await store.delete('a');
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', 1, { ttlMs: 20 });
    await expect.poll(() => store.get('a'), { interval: 5 }).toBeUndefined();
  });

  test('of many that set an absent key, one wins; after it expires, one again', async () => {
    const store = fresh();
    const all = () => Promise.all(Array.from({ length: 10 }, (_, i) => store.setIfAbsent('lock', i, { ttlMs: 400 })));
    expect((await all()).filter(Boolean)).toHaveLength(1);
    await expect.poll(() => store.get('lock'), { interval: 5 }).toBeUndefined();
    expect((await all()).filter(Boolean)).toHaveLength(1);
  });

  test('scopes do not see each other', async () => {
    const stores = open();
    await stores.scope('one').set('key', 1);
    expect(await stores.scope('two').get('key')).toBeUndefined();
    expect(await stores.scope('one').get('key')).toBe(1);
  });

  test.each([
    ['an empty key', '', 1, {}],
    ['a long key', 'k'.repeat(513), 1, {}],
    ['a NUL in the key', 'a\0b', 1, {}],
    ['a large value', 'a', 'x'.repeat(262_144), {}],
    [
      'a value that is not JSON',
      'a',
      (() => {
        const loop: unknown[] = [];
        loop.push(loop);
        return loop;
      })(),
      {},
    ],
    ['a time to live that is not positive', 'a', 1, { ttlMs: 0 }],
  ])('refuses %s', async (_, key, value, options) => {
    await expect(fresh().set(key, value, options)).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' });
  });
}
