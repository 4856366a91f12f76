import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from 'vitest';
import type { OutboxStore } from './outbox-store.ts';

interface Opened {
  readonly store: OutboxStore;
  /** Writes a notice as a commit does. */
  add(id: string, consumer: string, at: number): Promise<void>;
}

/** What every store of notices does. */
export function outboxStoreContract(open: () => Promise<Opened>): void {
  test('a notice goes to its consumer, one at a time, until it is delivered', async () => {
    const { store, add } = await open();
    const [id, consumer] = [randomUUIDv7(), randomUUIDv7()];
    await add(id, consumer, 1_000);
    expect(await store.claim([consumer], 999, 500, 10)).toEqual([]);
    expect(await store.claim(['other'], 1_000, 500, 10)).toEqual([]);
    expect(await store.claim([consumer], 1_000, 500, 10)).toMatchObject([
      { id, consumer, body: `body of ${id}`, attempts: 0 },
    ]);
    expect(await store.claim([consumer], 1_499, 500, 10)).toEqual([]);
    expect(await store.claim([consumer], 1_500, 500, 10)).toMatchObject([{ id, attempts: 1 }]);
    await store.delivered(id);
    expect(await store.claim([consumer], 9_999, 500, 10)).toEqual([]);
  });

  test('a failed one comes back when it is said, a dead one never', async () => {
    const { store, add } = await open();
    const [a, b, consumer] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    await add(a, consumer, 1_000);
    await add(b, consumer, 1_000);
    expect(await store.claim([consumer], 1_000, 500, 1)).toHaveLength(1);
    expect(await store.claim([consumer], 1_000, 500, 10)).toHaveLength(1);
    await store.failed(a, 5_000, 'away');
    await store.failed(b, null, 'gone');
    expect(await store.claim([consumer], 4_999, 500, 10)).toEqual([]);
    expect(await store.claim([consumer], 1e12, 500, 10)).toMatchObject([{ id: a, attempts: 1 }]);
    expect(await store.forget(1_001)).toBeGreaterThanOrEqual(2);
    expect(await store.claim([consumer], 1e13, 500, 10)).toEqual([]);
  });
}
