import { randomUUIDv7 } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { Journal, JournalWrite, RunStart } from './journal.ts';

const START: RunStart = {
  workspace: DEFAULT_WORKSPACE,
  workflow: 'w',
  version: 3,
  definitionHash: 'hash',
  definition: '{"title":"Ü \\u0000"}',
  triggerType: 'api',
  startedAt: 1_700_000_000_000,
};

/** The writes of a run that has just begun. */
export function begin(runId: string, more: Partial<RunStart> = {}): JournalWrite {
  return { runId, start: { ...START, ...more }, event: { seq: 1, body: '{"seq":1}' } };
}

export function next(runId: string, seq: number): JournalWrite {
  return { runId, event: { seq, body: `{"seq":${seq},"text":"ü😀\\"'{},"}` } };
}

/** What every journal does. */
export function journalContract(journal: () => Journal): void {
  test('a run, its events and its definition are read as they were written', async () => {
    const runId = randomUUIDv7();
    await journal().append([begin(runId)]);
    await journal().append([next(runId, 2)]);
    expect(await journal().run(runId)).toEqual({
      runId,
      workspace: DEFAULT_WORKSPACE,
      workflow: 'w',
      version: 3,
      definitionHash: 'hash',
      triggerType: 'api',
      status: 'running',
      startedAt: 1_700_000_000_000,
    });
    expect(await journal().events(runId, 0, 10)).toEqual([begin(runId).event, next(runId, 2).event]);
    expect(await journal().events(runId, 1, 10)).toEqual([next(runId, 2).event]);
    expect(await journal().events(runId, 0, 1)).toEqual([begin(runId).event]);
    expect(await journal().definition('hash')).toBe(START.definition);
    expect(await journal().definition('other')).toBeUndefined();
    expect(await journal().run('no-id')).toBeUndefined();
    expect(await journal().run(randomUUIDv7())).toBeUndefined();
  });

  test('the run that asked for another is kept with it, and whether it waits', async () => {
    const [parent, waited, detached] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    await journal().append([begin(waited, { parent: { runId: parent, seq: 7 } }), begin(parent)]);
    await journal().append([begin(detached, { parent: { runId: parent } })]);
    expect((await journal().run(waited))!.parent).toEqual({ runId: parent, seq: 7 });
    expect((await journal().run(detached))!.parent).toEqual({ runId: parent });
    expect((await journal().run(parent))!.parent).toBeUndefined();
  });

  test('the unfinished runs that one has started are found, waited for or not', async () => {
    const [parent, waited, detached, over] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    await journal().append([begin(parent), begin(waited, { parent: { runId: parent, seq: 7 } })]);
    await journal().append([begin(detached, { parent: { runId: parent } })]);
    const end = { status: 'completed', endedAt: 1_700_000_000_001 } as const;
    await journal().append([{ ...begin(over, { parent: { runId: parent, seq: 8 } }), end }]);
    expect(await journal().unfinishedChildren(parent, 'waited')).toEqual([waited]);
    expect([...(await journal().unfinishedChildren(parent, 'all'))].toSorted()).toEqual([waited, detached].toSorted());
    expect(await journal().unfinishedChildren(waited, 'all')).toEqual([]);
  });

  test('the run that another one repeats is kept with it, and leads to it', async () => {
    const [old, again, once] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    const origin = { runId: old, kind: 'rerun', from: 'b', reason: 'it said "no"' } as const;
    await journal().append([begin(old)]);
    await journal().append([begin(again, { origin })]);
    await journal().append([begin(once, { origin: { runId: old, kind: 'replay' } })]);
    expect((await journal().run(again))!.origin).toEqual(origin);
    expect((await journal().run(once))!.origin).toEqual({ runId: old, kind: 'replay' });
    expect((await journal().run(old))!.origin).toBeUndefined();
    expect([...(await journal().reruns(old))].toSorted()).toEqual([again, once].toSorted());
    expect(await journal().reruns(again)).toEqual([]);
  });

  test('unfinished are the runs that have begun and not ended, also when both happened in one append', async () => {
    const [open, closed, brief] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    const end = { status: 'failed', endedAt: 1_700_000_000_500, error: '{"code":"X"}' } as const;
    await Promise.all([
      journal().append([begin(open)]),
      journal().append([begin(closed)]),
      journal().append([{ ...begin(brief), end: { status: 'completed', endedAt: 1_700_000_000_001 } }]),
    ]);
    await journal().append([{ ...next(closed, 2), end }]);
    const unfinished = await journal().unfinished();
    expect(unfinished).toContain(open);
    expect(unfinished).not.toContain(closed);
    expect(unfinished).not.toContain(brief);
    expect(await journal().run(closed)).toMatchObject(end);
    expect(await journal().run(brief)).toMatchObject({ status: 'completed', endedAt: 1_700_000_000_001 });
  });

  test('an end without an event, as the host gives to damaged runs, counts', async () => {
    const runId = randomUUIDv7();
    await journal().append([begin(runId)]);
    await journal().append([{ runId, end: { status: 'failed', endedAt: 5, error: '{}' } }]);
    expect(await journal().run(runId)).toMatchObject({ status: 'failed', endedAt: 5 });
  });

  test('a key leads to its run until it expires, and then to the next', async () => {
    const [first, second] = [randomUUIDv7(), randomUUIDv7()];
    const text = `key-${first}`;
    await journal().append([begin(first, { key: { text, expiresAt: 1_000 } })]);
    expect(await journal().runByKey('w', text, 999)).toBe(first);
    expect(await journal().runByKey('w', text, 1_000)).toBeUndefined();
    expect(await journal().runByKey('other', text, 999)).toBeUndefined();
    await journal().append([begin(second, { key: { text, expiresAt: 9_000 } })]);
    expect(await journal().runByKey('w', text, 1_000)).toBe(second);
  });

  test('thousands of appends at once are all there, in order', async () => {
    const runs = Array.from({ length: 300 }, () => randomUUIDv7());
    await Promise.all(
      runs.flatMap((runId) => [
        journal().append([begin(runId)]),
        ...Array.from({ length: 9 }, (_, i) => journal().append([next(runId, i + 2)])),
      ]),
    );
    for (const runId of runs.slice(0, 20)) {
      expect((await journal().events(runId, 0, 100)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
    expect(journal().queued).toBe(0);
    expect(journal().full).toBe(false);
  });

  describe('lists', () => {
    const workflow = `listed-${randomUUIDv7()}`;
    const all = async (query: { status?: 'failed' | 'running' | 'completed' | 'cancelled' }, limit: number) => {
      const ids: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await journal().list({ workflow, limit, ...query, ...(cursor === undefined ? {} : { cursor }) });
        ids.push(...page.items.map(({ runId }) => runId));
        cursor = page.nextCursor;
        if (cursor === undefined) return ids;
      }
    };

    test('are paged, newest first, and filtered by status', async () => {
      const runs = Array.from({ length: 7 }, () => randomUUIDv7()).sort();
      const ends = ['failed', 'completed', 'cancelled', undefined, 'failed', 'completed', undefined] as const;
      await Promise.all(
        runs.map((runId, i) => {
          const status = ends[i];
          return journal().append([
            { ...begin(runId, { workflow }), ...(status !== undefined && { end: { status, endedAt: 9 } }) },
          ]);
        }),
      );
      const newest = runs.toReversed();
      expect(await all({}, 3)).toEqual(newest);
      expect(await all({}, 7)).toEqual(newest);
      for (const status of ['failed', 'completed', 'cancelled', 'running'] as const) {
        const fitting = newest.filter((runId) => (ends[runs.indexOf(runId)] ?? 'running') === status);
        expect(await all({ status }, 1)).toEqual(fitting);
      }
    });

    test('are filtered by what the runs are, when they ran, how long and why they failed', async () => {
      const base = Date.parse('2026-01-01T00:00:00Z');
      const of = `filtered-${randomUUIDv7()}`;
      const idAt = (seconds: number) => {
        const time = (base + seconds * 1_000).toString(16).padStart(12, '0');
        return `${time.slice(0, 8)}-${time.slice(8)}-${randomUUIDv7().slice(14)}`;
      };
      const [first, second, third, fourth] = [idAt(0), idAt(10), idAt(20), idAt(30)];
      const run = (runId: string, seconds: number, more: object, end?: { seconds: number; error?: string }) => ({
        ...begin(runId, { workflow: of, startedAt: base + seconds * 1_000, ...more }),
        ...(end !== undefined && {
          end: {
            status: end.error === undefined ? ('completed' as const) : ('failed' as const),
            endedAt: base + end.seconds * 1_000,
            ...(end.error !== undefined && { error: end.error }),
          },
        }),
      });
      const elsewhere = randomUUIDv7();
      const error = '{"code":"ACTION_FAILED","message":"The \\"door\\" (50%) is shut","remedy":"Open it"}';
      await journal().append([
        run(first, 0, {}, { seconds: 5 }),
        run(second, 10, { triggerType: 'webhook' }, { seconds: 100 }),
        run(third, 20, { parent: { runId: first } }, { seconds: 21, error }),
        run(fourth, 30, { workspace: elsewhere }),
      ]);
      const found = async (filter: object) => {
        const { items } = await journal().list({ workflow: of, limit: 9, order: 'oldest', ...filter });
        return items.map(({ runId }) => [first, second, third, fourth].indexOf(runId));
      };
      const at = (seconds: number) => base + seconds * 1_000;
      expect(await found({})).toEqual([0, 1, 2, 3]);
      expect(await found({ workspace: elsewhere })).toEqual([3]);
      expect(await found({ workspace: DEFAULT_WORKSPACE })).toEqual([0, 1, 2]);
      expect(await found({ triggerType: 'webhook' })).toEqual([1]);
      expect(await found({ startedAfter: at(10), startedBefore: at(30) })).toEqual([1, 2]);
      expect(await found({ endedAfter: at(21) })).toEqual([1, 2]);
      expect(await found({ endedBefore: at(21) })).toEqual([0]);
      expect(await found({ longerThanMs: 5_000 })).toEqual([1, 3]);
      expect(await found({ parent: first })).toEqual([2]);
      expect(await found({ parent: 'no-id' })).toEqual([]);
      for (const q of ['action_', 'ACTION_FAILED', '"DOOR" (50%)', 'is shut']) expect(await found({ q })).toEqual([2]);
      for (const q of ['FAILED', 'Open', 'message', '.*', '%', '\\']) {
        expect(await found({ q })).toEqual(q === '%' ? [2] : []);
      }
      const page = await journal().list({ workflow: of, limit: 2, order: 'oldest' });
      expect(await found({ cursor: page.nextCursor! })).toEqual([2, 3]);
    });

    test('refuse a cursor that is none', async () => {
      await expect(journal().list({ limit: 5, cursor: 'nonsense' })).rejects.toMatchObject({
        code: 'STORAGE_CURSOR_INVALID',
      });
    });
  });
}
