import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from 'vitest';
import { begin, next } from './journal.contract.ts';
import type { Journal } from './journal.ts';

const END = { status: 'completed', endedAt: 9 } as const;
const FOREVER = Number.MAX_SAFE_INTEGER;

/** What every journal does with snapshots, sleeping runs, large values and runs that are deleted. */
export function journalDepthContract(journal: () => Journal): void {
  const asleep = async (among: readonly string[], until = FOREVER) => {
    const all = await journal().sleepers(until, undefined, 1_000);
    return all.filter(({ runId }) => among.includes(runId));
  };

  test('the newest snapshot of a run is the one that counts, also when an older one comes late', async () => {
    const runId = randomUUIDv7();
    await journal().append([begin(runId)]);
    expect(await journal().snapshot(runId)).toBeUndefined();
    await journal().append([{ runId, snapshot: { seq: 3, hash: 'h3', body: '{"n":3}' } }]);
    await journal().append([{ runId, snapshot: { seq: 5, hash: 'h5' } }]);
    expect(await journal().snapshot(runId)).toEqual({ seq: 5, hash: 'h5' });
    await journal().append([{ runId, snapshot: { seq: 7, hash: 'h7', body: 'ü' } }]);
    await journal().append([{ runId, snapshot: { seq: 6, hash: 'h6', body: 'late' } }]);
    expect(await journal().snapshot(runId)).toEqual({ seq: 7, hash: 'h7', body: 'ü' });
  });

  test('a sleeping run is not among the unfinished ones, and the sleepers are paged, soonest first', async () => {
    const runs = Array.from({ length: 4 }, () => randomUUIDv7());
    await journal().append(runs.map((runId) => begin(runId)));
    const at = [300, 100, 200, 100];
    await Promise.all(runs.map((runId, i) => journal().append([{ runId, wakeAt: at[i]! }])));
    const unfinished = await journal().unfinished();
    for (const runId of runs) expect(unfinished).not.toContain(runId);
    expect(await asleep(runs)).toHaveLength(4);
    expect((await asleep(runs, 200)).map(({ wakeAt }) => wakeAt)).toEqual([100, 100, 200]);
    const [first, second] = await asleep(runs);
    const rest = await journal().sleepers(300, first, 1_000);
    expect(rest).toContainEqual(second);
    expect(rest).not.toContainEqual(first);
    expect((await journal().run(runs[0]!))!.wakeAt).toBe(300);
    await journal().append([{ ...next(runs[0]!, 2), wakeAt: null }]);
    expect(await journal().unfinished()).toContain(runs[0]);
    expect(await journal().run(runs[0]!)).not.toHaveProperty('wakeAt');
  });

  test('going to sleep, waking and ending in one commit: the last word counts', async () => {
    const [woken, ended] = [randomUUIDv7(), randomUUIDv7()];
    await journal().append([begin(woken), begin(ended)]);
    await Promise.all([
      journal().append([{ runId: woken, wakeAt: 500 }]),
      journal().append([{ ...next(woken, 2), wakeAt: null }]),
      journal().append([{ runId: ended, wakeAt: 500, snapshot: { seq: 1, hash: 'h', body: '{}' } }]),
      journal().append([{ ...next(ended, 2), wakeAt: null, end: END }]),
    ]);
    expect(await asleep([woken, ended])).toEqual([]);
    expect(await journal().unfinished()).toContain(woken);
    expect(await journal().run(ended)).toMatchObject({ status: 'completed' });
  });

  test('a run that another one rouses is due at once, unless it is awake', async () => {
    const [sleeper, awake, child] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    await journal().append([begin(sleeper), begin(awake), begin(child)]);
    await journal().append([{ runId: sleeper, wakeAt: 10_000 }]);
    await journal().append([{ ...next(child, 2), end: END, rouse: [sleeper, awake, randomUUIDv7()] }]);
    expect(await asleep([sleeper, awake])).toEqual([{ runId: sleeper, wakeAt: 0 }]);
    await journal().append([{ runId: sleeper, wakeAt: null }]);
  });

  test('an ended run is deleted whole; one that runs, or that a running run waits for, is not', async () => {
    const [ended, running, parent, child] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    const blob = `blob-${ended}`;
    const key = { text: `key-${ended}`, expiresAt: 1_000 };
    await journal().append([{ ...begin(ended, { key }), blobs: [blob] }]);
    await journal().append([{ ...next(ended, 2), end: END }]);
    await journal().append([begin(running), begin(parent)]);
    await journal().append([{ ...begin(child, { parent: { runId: parent, seq: 1 } }), end: END }]);
    expect(await journal().unreferenced([blob, 'other'])).toEqual(['other']);
    const gone = await journal().remove([ended, running, child, randomUUIDv7(), 'no-id']);
    expect(gone).toEqual({ runIds: [ended], blobs: [blob] });
    expect(await journal().run(ended)).toBeUndefined();
    expect(await journal().events(ended, 0, 10)).toEqual([]);
    expect(await journal().runByKey('w', key.text, 1)).toBeUndefined();
    expect(await journal().unreferenced([blob])).toEqual([blob]);
    expect(await journal().run(running)).toBeDefined();
    expect(await journal().run(child)).toBeDefined();
    await journal().append([{ ...next(parent, 2), end: END }]);
    expect((await journal().remove([child])).runIds).toEqual([child]);
  });

  test('a blob that two runs refer to is free when both are deleted', async () => {
    const [a, b] = [randomUUIDv7(), randomUUIDv7()];
    const blob = `blob-${a}`;
    await journal().append([
      { ...begin(a), blobs: [blob], end: END },
      { ...begin(b), blobs: [blob], end: END },
    ]);
    await journal().remove([a]);
    expect(await journal().unreferenced([blob])).toEqual([]);
    await journal().remove([b]);
    expect(await journal().unreferenced([blob])).toEqual([blob]);
  });

  test('ended runs are listed oldest first, page by page, up to a time', async () => {
    const runs: string[] = Array.from({ length: 5 }, () => randomUUIDv7()).sort();
    await journal().append(runs.map((runId, i) => ({ ...begin(runId), ...(i !== 2 && { end: END }) })));
    const future = Date.now() + 60_000;
    const all = await journal().ended({ before: future, after: runs[0], limit: 1_000 });
    const from = all.filter(({ runId }) => runs.includes(runId));
    expect(from.map(({ runId }) => runId)).toEqual([runs[1], runs[3], runs[4]]);
    expect(from[0]).toEqual({ runId: runs[1], status: 'completed', endedAt: 9, definitionHash: 'hash' });
    expect(await journal().ended({ before: future, after: runs[0], limit: 1 })).toHaveLength(1);
    expect(await journal().ended({ before: future, definitions: ['none'], limit: 1 })).toEqual([]);
    expect(await journal().ended({ before: 0, limit: 10 })).toEqual([]);
  });

  test('a definition is forgotten once it has been unused for a while, unless a new run takes it up', async () => {
    const [gone, kept] = [`gone-${randomUUIDv7()}`, `kept-${randomUUIDv7()}`];
    for (const definitionHash of [gone, kept]) {
      const runId = randomUUIDv7();
      await journal().append([{ ...begin(runId, { definitionHash }), end: END }]);
      await journal().remove([runId]);
    }
    await journal().forgetDefinitions(1_000, 500);
    expect(await journal().definition(gone)).toBeDefined();
    await journal().append([begin(randomUUIDv7(), { definitionHash: kept })]);
    await journal().forgetDefinitions(1_499, 500);
    expect(await journal().definition(gone)).toBeDefined();
    expect(await journal().forgetDefinitions(1_500, 500)).toBeGreaterThan(0);
    expect(await journal().definition(gone)).toBeUndefined();
    expect(await journal().definition(kept)).toBeDefined();
  });
}
