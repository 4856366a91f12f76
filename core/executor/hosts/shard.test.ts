import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from 'vitest';
import { isUuid } from '../../storage/uuid-text.ts';
import { childRunId } from '../embedded/child-run-id.ts';
import { ALL_SHARDS, newRunId, placedIn, shardOf, shardOfKey } from './shard.ts';

test('a new run is in the shard that was asked for, and so are the runs that it starts', () => {
  for (const shard of ALL_SHARDS) {
    const runId = newRunId(shard);
    expect(isUuid(runId)).toBe(true);
    expect(shardOf(runId)).toBe(shard);
    const child = childRunId(runId, 7, Date.now());
    expect(isUuid(child)).toBe(true);
    expect(shardOf(child)).toBe(shard);
  }
});

test('placing an id changes nothing but its shard', () => {
  const runId = randomUUIDv7();
  expect(placedIn(shardOf(runId), runId)).toBe(runId);
  expect(placedIn(9, runId).slice(0, -2)).toBe(runId.slice(0, -2));
});

test('names spread over all shards', () => {
  const hit = new Set(Array.from({ length: 2_000 }, (_, i) => shardOfKey(`schedule ${i}`)));
  expect([...hit].sort((a, b) => a - b)).toEqual(ALL_SHARDS);
});
