import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySharedState, remoteSharedState, testClock } from '../../testing/index.ts';
import { sharedUpdates } from './shared-updates.ts';

const addOne = (current: string | undefined) => {
  const next = Number(current ?? 0) + 1;
  return { next: String(next), ttlMs: 60_000, result: next };
};

test('where the state lies in this process, a change is there at once', () => {
  const update = sharedUpdates(memorySharedState(testClock()));
  expect(update('n', addOne)).toBe(1);
  expect(update('n', addOne)).toBe(2);
});

test('no change of several workers is lost, whatever the order in which their calls arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { minLength: 10, maxLength: 400 }),
      fc.integer({ min: 2, max: 4 }),
      async (order, workers) => {
        let at = 0;
        const state = remoteSharedState(memorySharedState(testClock()), () => order[at++ % order.length]!);
        const updates = Array.from({ length: workers }, () => sharedUpdates(state));
        const results = await Promise.all(updates.flatMap((update) => [update('n', addOne), update('n', addOne)]));
        expect(results.toSorted((a, b) => a - b)).toEqual(results.map((_, index) => index + 1));
      },
    ),
    { numRuns: 50 },
  );
});

test('a change that nobody disturbs is one round trip from the second one on', async () => {
  const state = remoteSharedState(memorySharedState(testClock()));
  const update = sharedUpdates(state);
  await update('n', addOne);
  const before = state.calls;
  expect(await update('n', addOne)).toBe(2);
  expect(state.calls - before).toBe(1);
});

test('a step that leaves the value as it is writes nothing', async () => {
  const state = remoteSharedState(memorySharedState(testClock()));
  const update = sharedUpdates(state);
  expect(await update('n', () => ({ ttlMs: 0, result: 'seen' }))).toBe('seen');
  expect(state.calls).toBe(1);
});

test('many changes at once go together, so that a storm of requests is a few round trips', async () => {
  const state = remoteSharedState(memorySharedState(testClock()));
  const workers = [sharedUpdates(state), sharedUpdates(state)];
  const results = await Promise.all(Array.from({ length: 1_000 }, (_, at) => workers[at % 2]!('n', addOne)));
  expect(Math.max(...results)).toBe(1_000);
  expect(new Set(results).size).toBe(1_000);
  expect(state.calls).toBeLessThan(30);
});

test('a store that does not answer fails the changes that it was asked for, and the next one is tried again', async () => {
  let isDown = true;
  const memory = memorySharedState(testClock());
  const state = {
    ...memory,
    get: async (key: string) => {
      if (isDown) throw new Error('down');
      return memory.get(key);
    },
    swap: async (...given: Parameters<typeof memory.swap>) => memory.swap(...given),
  };
  const update = sharedUpdates(state);
  await expect(Promise.all([update('n', addOne), update('n', addOne)])).rejects.toThrow('down');
  isDown = false;
  expect(await update('n', addOne)).toBe(1);
});
