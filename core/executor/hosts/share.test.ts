import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL_SHARDS, SHARD_COUNT } from './shard.ts';
import { moveTowardsFairShare } from './share.ts';

const none = () => new Array<number>(SHARD_COUNT).fill(0);

/** Lets the hosts move in the given order until nobody moves any more. */
function settle(owners: (number | null)[], hosts: number, order: readonly number[]): (number | null)[] {
  for (let rounds = 0, moved = true; moved; rounds++) {
    if (rounds > 2 * SHARD_COUNT) throw new Error('they never come to rest');
    moved = false;
    for (const host of order) {
      const free = ALL_SHARDS.filter((shard) => owners[shard] === null);
      const ours = ALL_SHARDS.filter((shard) => owners[shard] === host);
      const { take, give } = moveTowardsFairShare({ hosts, free: free.length, ours }, none);
      for (const shard of free.slice(0, take)) owners[shard] = host;
      for (const shard of give) owners[shard] = null;
      moved ||= take > 0 || give.length > 0;
    }
  }
  return owners;
}

test('from whatever state, up to 64 hosts come to rest with every shard owned and none with more than a fair share', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: SHARD_COUNT }).chain((hosts) =>
        fc.record({
          hosts: fc.constant(hosts),
          owners: fc.array(fc.option(fc.nat(hosts - 1)), { minLength: SHARD_COUNT, maxLength: SHARD_COUNT }),
          order: fc.shuffledSubarray([...Array(hosts).keys()], { minLength: hosts }),
        }),
      ),
      ({ hosts, owners, order }) => {
        const rest = settle([...owners], hosts, order);
        const shares = order.map((host) => rest.filter((owner) => owner === host).length);
        expect(rest).not.toContain(null);
        expect(Math.max(...shares)).toBeLessThanOrEqual(Math.ceil(SHARD_COUNT / hosts));
      },
    ),
    { numRuns: 50 },
  );
});

test('what is given away are the shards with the fewest runs', () => {
  const loads = none().map((_, shard) => (shard % 2 === 0 ? 5 : 0));
  const { give } = moveTowardsFairShare({ hosts: 2, free: 0, ours: ALL_SHARDS }, () => loads);
  expect(give.toSorted((a, b) => a - b)).toEqual(ALL_SHARDS.filter((shard) => shard % 2 === 1));
});
