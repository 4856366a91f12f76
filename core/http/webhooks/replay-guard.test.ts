import { expect, test } from 'vitest';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import { onceOnly } from './replay-guard.ts';

const proof = { once: { digest: 'd', ttlMs: 1000 } };
const guarded = (idempotencyKey?: string, workflow = 'w') => ({ workflow, proof, idempotencyKey });
const done = async () => 'done';

test('a call whose time is signed works once in its window, for each workflow', async () => {
  let now = 0;
  const seen = createMemoryKeyValueStore(() => now).scope('webhooks');
  expect(await onceOnly(seen, guarded(), done)).toBe('done');
  await expect(onceOnly(seen, guarded(), done)).rejects.toMatchObject({ code: 'WEBHOOK_REPLAYED' });
  expect(await onceOnly(seen, guarded(undefined, 'other'), done)).toBe('done');
  now = 1001;
  expect(await onceOnly(seen, guarded(), done)).toBe('done');
});

test('of two at the same time one wins', async () => {
  const seen = createMemoryKeyValueStore().scope('webhooks');
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => onceOnly(seen, guarded(), done)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the same idempotency key is no replay, another one is', async () => {
  const seen = createMemoryKeyValueStore().scope('webhooks');
  await onceOnly(seen, guarded('k'), done);
  expect(await onceOnly(seen, guarded('k'), done)).toBe('done');
  await expect(onceOnly(seen, guarded('l'), done)).rejects.toMatchObject({ code: 'WEBHOOK_REPLAYED' });
});

test('a call that could not do its work may come again', async () => {
  const seen = createMemoryKeyValueStore().scope('webhooks');
  await expect(onceOnly(seen, guarded(), () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(await onceOnly(seen, guarded(), done)).toBe('done');
});

test('a call without a time is not remembered', async () => {
  const seen = createMemoryKeyValueStore().scope('webhooks');
  const call = { workflow: 'w', proof: {}, idempotencyKey: undefined };
  expect([await onceOnly(seen, call, done), await onceOnly(seen, call, done)]).toEqual(['done', 'done']);
});
