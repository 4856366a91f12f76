import type { SharedState } from '@backplane/sdk';
import { expect, test } from 'vitest';

/** What every shared state of a gateway has to hold. `sleep` lets so many milliseconds pass for it. */
export function sharedStateContract(open: () => Promise<SharedState>, sleep: (ms: number) => Promise<void>): void {
  const ttl = { ttlMs: 10_000 };
  let keys = 0;
  const fresh = () => `contract/${process.pid}/${Date.now()}/${keys++}`;

  test('what was set is there until its time is up', async () => {
    const state = await open();
    const key = fresh();
    expect(await state.get(key)).toBeUndefined();
    await state.set(key, 'a', { ttlMs: 50 });
    expect(await state.get(key)).toBe('a');
    await sleep(80);
    expect(await state.get(key)).toBeUndefined();
  });

  test('counting goes on until the time of the first addition is up, and then begins anew', async () => {
    const state = await open();
    const key = fresh();
    const first = await state.add(key, 1, { ttlMs: 60 });
    expect(first).toEqual({ count: 1, resetMs: 60 });
    const second = await state.add(key, 2.5, { ttlMs: 60 });
    expect(second.count).toBe(3.5);
    expect(second.resetMs).toBeLessThanOrEqual(60);
    await sleep(90);
    expect((await state.add(key, 1, { ttlMs: 60 })).count).toBe(1);
  });

  test('of many additions at once none is lost', async () => {
    const state = await open();
    const key = fresh();
    const counts = await Promise.all(Array.from({ length: 200 }, async () => (await state.add(key, 1, ttl)).count));
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
  });

  test('of several who swap the same value one wins', async () => {
    const state = await open();
    const key = fresh();
    expect(await state.swap(key, 'never', 'b', ttl)).toBe(false);
    const won = await Promise.all(Array.from({ length: 20 }, (_, at) => state.swap(key, undefined, String(at), ttl)));
    expect(won.filter(Boolean)).toHaveLength(1);
    const value = (await state.get(key))!;
    expect(value).toBe(String(won.indexOf(true)));
    expect(await state.swap(key, undefined, 'x', ttl)).toBe(false);
    expect(await state.swap(key, value, 'x', ttl)).toBe(true);
    expect(await state.get(key)).toBe('x');
  });
}
