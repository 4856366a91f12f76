import { randomUUIDv7 } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { raise } from '../errors/catalogue.ts';
import { type ScheduleRow, scheduleEntity } from './entities/schedule-entity.ts';
import { FRESH_STATE, type ScheduleEntry } from './schedule-store.ts';

/**
 * Makes the schedules of a workflow those of its new file, in the transaction that stores the file. One with the same ref goes on
 * where it is: paused or not, with its counts and what waits. Throws SCHEDULE_REF_TAKEN for a ref that somebody uses beside the file.
 */
export async function keepFileSchedules(
  manager: EntityManager,
  workflowId: string,
  entries: readonly ScheduleEntry[],
): Promise<void> {
  const rows = await manager.find(scheduleEntity, { where: { workflowId }, lock: { mode: 'pessimistic_write' } });
  const wanted = new Map(entries.map((entry) => [entry.ref, entry]));
  for (const row of rows) {
    const entry = wanted.get(row.ref);
    wanted.delete(row.ref);
    if (row.origin === 'api' && entry !== undefined) throw raise.SCHEDULE_REF_TAKEN({ ref: row.ref });
    if (row.origin === 'api') continue;
    if (entry === undefined) await manager.delete(scheduleEntity, { id: row.id });
    else if (!isSame(row, entry)) await manager.update(scheduleEntity, { id: row.id }, changed(row, entry));
  }
  const now = new Date();
  for (const entry of wanted.values()) await manager.insert(scheduleEntity, begun(workflowId, entry, now));
}

function isSame(row: ScheduleRow, { spec, description, beginsPaused }: ScheduleEntry): boolean {
  return row.spec === spec && row.description === description && row.beginsPaused === beginsPaused;
}

function changed(row: ScheduleRow, entry: ScheduleEntry): Partial<ScheduleRow> {
  const now = new Date();
  return {
    ...entry,
    // The file decides only when it has changed its mind.
    ...(row.beginsPaused !== entry.beginsPaused && { paused: entry.beginsPaused, note: null }),
    ...(row.timing !== entry.timing && { cursorAt: now }),
    dueAt: now,
    revision: row.revision + 1,
    updatedAt: now,
  };
}

/** Due at once: whoever fires schedules works out when that is. */
function begun(workflowId: string, entry: ScheduleEntry, now: Date): ScheduleRow {
  return {
    id: randomUUIDv7(),
    workflowId,
    origin: 'file',
    ...entry,
    paused: entry.beginsPaused,
    note: null,
    dueAt: now,
    cursorAt: now,
    state: FRESH_STATE,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
}
