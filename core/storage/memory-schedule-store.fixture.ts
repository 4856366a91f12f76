import { randomUUIDv7 } from 'node:crypto';
import { raise } from '../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from './default-place.ts';
import { fromCursor, toCursor } from './id-cursor.ts';
import type { DuePlace, ScheduleStore, StoredSchedule } from './schedule-store.ts';

/** Schedules of one process, for tests with a clock of their own. */
export function createMemoryScheduleStore(workspaceOf = (_workflowId: string) => DEFAULT_WORKSPACE): ScheduleStore {
  const rows = new Map<string, StoredSchedule>();
  const order = (a: DuePlace, b: DuePlace) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : Number(a.id > b.id));
  return {
    async create(schedule) {
      const taken = [...rows.values()].some(
        ({ workflowId, ref }) => workflowId === schedule.workflowId && ref === schedule.ref,
      );
      if (taken) throw raise.SCHEDULE_REF_TAKEN({ ref: schedule.ref });
      const row = { ...schedule, id: randomUUIDv7(), origin: 'api', revision: 1, createdAt: 0, updatedAt: 0 } as const;
      rows.set(row.id, row);
      return row;
    },
    async get(id, workspace) {
      const row = rows.get(id);
      return row === undefined || (workspace ?? workspaceOf(row.workflowId)) !== workspaceOf(row.workflowId)
        ? undefined
        : row;
    },
    async list(workspace, { limit, cursor, workflowId }) {
      const after = cursor === undefined ? undefined : fromCursor(cursor);
      const all = [...rows.values()]
        .filter((row) => workspaceOf(row.workflowId) === workspace)
        .filter((row) => workflowId === undefined || row.workflowId === workflowId)
        .filter(({ id }) => after === undefined || id < after)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const items = all.slice(0, limit);
      return all.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.id) } : { items };
    },
    async save(id, revision, change) {
      const row = rows.get(id);
      if (row?.revision !== revision) return false;
      const { dueAt: _, note: __, ...kept } = row;
      rows.set(id, { ...kept, ...change, revision: revision + 1 });
      return true;
    },
    delete: async (id) => rows.delete(id),
    async due(now, limit, after) {
      const isDue = (row: StoredSchedule): row is StoredSchedule & DuePlace => (row.dueAt ?? Infinity) <= now;
      const rest = [...rows.values()].filter(isDue).filter((row) => after === undefined || order(row, after) > 0);
      return rest.sort(order).slice(0, limit);
    },
    async nextDue(now) {
      const times = [...rows.values()].flatMap(({ dueAt }) => (dueAt !== undefined && dueAt > now ? [dueAt] : []));
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}
