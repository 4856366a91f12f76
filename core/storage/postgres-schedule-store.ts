import { randomUUIDv7 } from 'node:crypto';
import type { DataSource, Repository } from 'typeorm';
import { LessThan } from 'typeorm/find-options/operator/LessThan.js';
import { Raw } from 'typeorm/find-options/operator/Raw.js';
import { raise } from '../errors/catalogue.ts';
import { withCodedFailures } from './coded-failures.ts';
import { type ScheduleRow, scheduleEntity } from './entities/schedule-entity.ts';
import { fromCursor, toCursor } from './id-cursor.ts';
import type { ScheduleEntry, ScheduleProgress, ScheduleStore, StoredSchedule } from './schedule-store.ts';
import { isUuid } from './uuid-text.ts';

export function createScheduleStore(source: DataSource): ScheduleStore {
  const schedules = source.getRepository(scheduleEntity);
  return withCodedFailures<ScheduleStore>({
    async create({ workflowId, ...schedule }) {
      const now = new Date();
      const row: ScheduleRow = {
        id: randomUUIDv7(),
        workflowId,
        origin: 'api',
        ...entryColumns(schedule),
        ...progressColumns(schedule),
        revision: 1,
        createdAt: now,
        updatedAt: now,
      };
      await explainingConflicts(schedule.ref, workflowId, () => schedules.insert(row));
      return fromRow(row);
    },
    async get(id, workspace) {
      const row = isUuid(id) ? await schedules.findOneBy({ id, ...(workspace && ofWorkspace(workspace)) }) : null;
      return row === null ? undefined : fromRow(row);
    },
    list: (workspace, page) => list(schedules, workspace, page),
    async save(id, revision, change) {
      const columns = {
        ...(change.spec !== undefined && entryColumns(change as ScheduleEntry)),
        ...progressColumns(change),
        revision: revision + 1,
        updatedAt: new Date(),
      };
      return (await schedules.update({ id, revision }, columns)).affected === 1;
    },
    async delete(id) {
      return isUuid(id) && (await schedules.delete({ id })).affected === 1;
    },
    async due(now, limit, after) {
      const query = schedules.createQueryBuilder('s').where('s.dueAt <= :now', { now: new Date(now) });
      if (after !== undefined)
        query.andWhere('(s.dueAt, s.id) > (:at, :id)', { at: new Date(after.dueAt), id: after.id });
      const rows = await query.orderBy('s.dueAt').addOrderBy('s.id').take(limit).getMany();
      return rows.map(fromRow);
    },
    async nextDue(now) {
      const [row]: readonly { readonly at: Date | null }[] = await source.query(
        'SELECT min(due_at) AS at FROM schedule WHERE due_at > $1',
        [new Date(now)],
      );
      return row?.at?.getTime();
    },
  });
}

async function list(
  schedules: Repository<ScheduleRow>,
  workspace: string,
  { limit, cursor, workflowId }: Parameters<ScheduleStore['list']>[1],
) {
  const where = {
    ...ofWorkspace(workspace, workflowId),
    ...(cursor !== undefined && { id: LessThan(fromCursor(cursor)) }),
  };
  const rows = await schedules.find({ where, order: { id: 'DESC' }, take: limit + 1 });
  const items = rows.slice(0, limit).map(fromRow);
  return rows.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.id) } : { items };
}

/** A schedule belongs where its workflow does. */
function ofWorkspace(workspace: string, workflowId: string | null = null) {
  const condition = (column: string) =>
    `${column} IN (SELECT id FROM workflow WHERE workspace_id = :workspace AND (id = :workflowId OR :workflowId::uuid IS NULL))`;
  return { workflowId: Raw(condition, { workspace, workflowId }) };
}

function entryColumns({ ref, description, spec, timing, beginsPaused }: ScheduleEntry) {
  return { ref, description, spec, timing, beginsPaused };
}

function progressColumns({ paused, note, dueAt, cursorAt, state }: ScheduleProgress) {
  return {
    paused,
    note: note ?? null,
    dueAt: dueAt === undefined ? null : new Date(dueAt),
    cursorAt: new Date(cursorAt),
    state,
  };
}

function fromRow({ note, dueAt, cursorAt, createdAt, updatedAt, ...row }: ScheduleRow): StoredSchedule {
  return {
    ...row,
    ...(note !== null && { note }),
    ...(dueAt !== null && { dueAt: dueAt.getTime() }),
    cursorAt: cursorAt.getTime(),
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  };
}

async function explainingConflicts(ref: string, workflowId: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { constraint, code } = error as { readonly constraint?: string; readonly code?: string };
    if (constraint === 'schedule_ref') throw raise.SCHEDULE_REF_TAKEN({ ref });
    const foreignKeyViolation = '23503';
    if (code === foreignKeyViolation) throw raise.WORKFLOW_NOT_FOUND({ id: workflowId });
    throw error;
  }
}
