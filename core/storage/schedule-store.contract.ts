import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from 'vitest';
import { DEFAULT_WORKSPACE } from './default-place.ts';
import type { ScheduleStore } from './schedule-store.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

/** What every store of schedules does. `workflow` makes a workflow and gives its id. */
export function scheduleStoreContract(open: () => ScheduleStore, workflow: () => Promise<string>): void {
  const make = async (more: object = {}) =>
    open().create({
      workflowId: await workflow(),
      ...{ ref: 'r', description: 'd', spec: '{"a":1}', timing: 't', beginsPaused: false },
      ...{ paused: false, cursorAt: NOW, state: '{}' },
      ...more,
    });

  test('a schedule is read as it was stored', async () => {
    const made = await make({ note: 'n', dueAt: NOW + 1 });
    expect(made).toMatchObject({ origin: 'api', revision: 1, note: 'n', dueAt: NOW + 1, cursorAt: NOW, ref: 'r' });
    expect(await open().get(made.id)).toEqual(made);
    expect(await open().get('nonsense')).toBeUndefined();
    expect(await open().get(randomUUIDv7())).toBeUndefined();
  });

  test('of two who save the same revision, the second is told so', async () => {
    const { id, revision, ...row } = await make({ note: 'n', dueAt: NOW });
    const change = { paused: true, cursorAt: NOW + 5, state: '{"x":2}' };
    expect(await open().save(id, revision, change)).toBe(true);
    expect(await open().save(id, revision, { ...change, state: '{}' })).toBe(false);
    const saved = (await open().get(id))!;
    expect(saved).toMatchObject({ ...change, revision: 2, spec: row.spec });
    expect(saved).not.toHaveProperty('dueAt');
    expect(saved).not.toHaveProperty('note');
  });

  test('a ref belongs to one schedule of a workflow', async () => {
    const { workflowId } = await make();
    await expect(make({ workflowId })).rejects.toMatchObject({ code: 'SCHEDULE_REF_TAKEN' });
    expect((await make({ workflowId, ref: 'other' })).ref).toBe('other');
  });

  test('what is due comes page by page, the longest waiting first', async () => {
    const base = NOW + 1000 * HOUR;
    const made = [];
    for (const dueAt of [3, 1, 2, 2]) made.push(await make({ dueAt: base + dueAt * HOUR }));
    const mine = new Set(made.map(({ id }) => id));
    const seen: number[] = [];
    for (let after: { id: string; dueAt: number } | undefined; ; ) {
      const page = await open().due(base + 2 * HOUR, 2, after);
      seen.push(...page.filter(({ id }) => mine.has(id)).map(({ dueAt }) => (dueAt! - base) / HOUR));
      if (page.length < 2) break;
      after = { id: page[1]!.id, dueAt: page[1]!.dueAt! };
    }
    expect(seen).toEqual([1, 2, 2]);
    expect(await open().nextDue(base + 2 * HOUR)).toBe(base + 3 * HOUR);
    expect(await open().nextDue(base + 3 * HOUR)).toBeUndefined();
  });

  test('a list is paged, newest first, and can be that of one workflow', async () => {
    const { workflowId } = await make();
    await make({ workflowId, ref: 'b' });
    await make();
    const first = await open().list(DEFAULT_WORKSPACE, { limit: 1, workflowId });
    const second = await open().list(DEFAULT_WORKSPACE, { limit: 1, workflowId, cursor: first.nextCursor! });
    const seen = [...first.items, ...second.items];
    expect(seen.map(({ ref }) => ref).sort()).toEqual(['b', 'r']);
    // Ids grow with time.
    expect(seen[0]!.id > seen[1]!.id).toBe(true);
    expect(second).not.toHaveProperty('nextCursor');
    await expect(open().list(DEFAULT_WORKSPACE, { limit: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'STORAGE_CURSOR_INVALID',
    });
  });

  test('nobody sees the schedules of another workspace', async () => {
    const { id, workflowId } = await make();
    const another = randomUUIDv7();
    expect(await open().get(id, another)).toBeUndefined();
    expect(await open().get(id, DEFAULT_WORKSPACE)).toMatchObject({ id });
    expect((await open().list(another, { limit: 1 })).items).toEqual([]);
    expect((await open().list(another, { limit: 1, workflowId })).items).toEqual([]);
  });

  test('what is deleted is gone', async () => {
    const { id } = await make();
    expect(await open().delete(id)).toBe(true);
    expect(await open().delete(id)).toBe(false);
    expect(await open().get(id)).toBeUndefined();
  });
}
