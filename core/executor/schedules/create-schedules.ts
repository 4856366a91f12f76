import { randomUUID } from 'node:crypto';
import type { ErrorRecord, Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { FRESH_STATE, type ScheduleStore, type StoredSchedule } from '../../storage/schedule-store.ts';
import { readGivenSpec } from '../../workflow/check/read-given-spec.ts';
import { calendarOf, occurrencesBetween } from '../../workflow/schedule/calendar.ts';
import { scheduleEntry } from '../../workflow/schedule/schedule-entries.ts';
import { writtenSpec } from '../../workflow/schedule/written-spec.ts';
import type { WorkflowCatalogue } from '../../workflow/workflow-catalogue.ts';
import { type Clock, systemClock } from '../embedded/clock.ts';
import type { Engine } from '../engine.ts';
import { MOST_AT_ONCE } from './decide.ts';
import { presentStatus } from './present-status.ts';
import { ScheduleClock } from './schedule-clock.ts';
import { ScheduleRunner } from './schedule-runner.ts';
import { type OpenSchedule, openSchedule, type Waiting, withEnded, withoutQueue } from './schedule-state.ts';
import { nextOccurrences, unreadableView, viewOf } from './schedule-view.ts';
import type { Schedules, ScheduleView, WorkspaceSchedules } from './schedules.ts';

export interface SchedulesOptions {
  readonly store: ScheduleStore;
  readonly engine: Engine;
  readonly workflows: Pick<WorkflowCatalogue, 'in' | 'byId'>;
  readonly clock?: Clock;
  readonly log: Log;
  /** Whether this host looks after a schedule; default: after all of them. */
  readonly mayFire?: (scheduleId: string) => boolean;
}

export interface RunningSchedules extends Schedules, AsyncDisposable {
  /** Workflows have changed: looks now whether schedules have come or gone. */
  wake(): void;
}

/** Starts workflows by the clock, and answers for their schedules. Begins to look when it is first woken. */
export function createSchedules(options: SchedulesOptions): RunningSchedules {
  const { store, engine, workflows, log, mayFire, clock = systemClock() } = options;
  const stopping = new AbortController();
  const runner = new ScheduleRunner({
    ...{ store, engine, workflows, clock, log },
    stopping: stopping.signal,
    wake: () => timer.wake(),
  });
  const timer = new ScheduleClock({ store, runner, clock, log, ...(mayFire !== undefined && { mayFire }) });

  /** How the last run ended may not have been noted, when the host was away at its end. */
  const view = async (stored: StoredSchedule): Promise<ScheduleView> => {
    const open = opened(stored);
    if ('code' in open) return unreadableView(stored, open);
    const { last } = open.state;
    if (last?.status !== 'running') return viewOf(open);
    const status = await presentStatus(engine, last.runId);
    if (status === 'running') return viewOf(open);
    return viewOf({ ...open, state: withEnded(open.state, new Map([[last.runId, status]])) });
  };
  const changeable = ({ origin, ref }: StoredSchedule) => {
    if (origin === 'file') throw raise.SCHEDULE_IN_FILE({ ref });
  };

  const within = (workspace: string): WorkspaceSchedules => {
    const here = workflows.in(workspace);
    const found = async (id: string): Promise<StoredSchedule> => {
      const stored = await store.get(id, workspace);
      if (stored === undefined) throw raise.SCHEDULE_NOT_FOUND({ id });
      return stored;
    };
    return {
      async list({ workflow, ...page }) {
        const filter = workflow === undefined ? {} : { workflowId: (await here.get(workflow)).id };
        const { items, nextCursor } = await store.list(workspace, { ...page, ...filter });
        return { items: await Promise.all(items.map(view)), ...(nextCursor !== undefined && { nextCursor }) };
      },
      async create({ workflow, ref = `api_${randomUUID().slice(0, 8)}`, description, spec: given, paused = false }) {
        const { id: workflowId, definition } = await here.runnable(workflow);
        const spec = readGivenSpec(given, definition);
        const now = clock.now();
        const entry = scheduleEntry({ ref, paused, spec, ...(description !== undefined && { description }) });
        const stored = await store.create({
          ...entry,
          workflowId,
          paused,
          dueAt: now,
          cursorAt: now,
          state: FRESH_STATE,
        });
        timer.wake();
        return view(stored);
      },
      get: async (id) => view(await found(id)),
      async change(id, { description, spec: given }) {
        const { workflowId } = await found(id);
        const { definition } = await here.runnable(workflowId);
        const changed = await runner.change(id, ({ stored, spec: before }) => {
          changeable(stored);
          const merged = Object.entries({ ...writtenSpec(before), ...given }).filter(([, value]) => value !== null);
          const spec = given === undefined ? before : readGivenSpec(Object.fromEntries(merged), definition);
          const entry = scheduleEntry({
            ref: stored.ref,
            description: description ?? stored.description,
            paused: stored.beginsPaused,
            spec,
          });
          const now = clock.now();
          return { ...entry, ...(entry.timing !== stored.timing && { cursorAt: now }), dueAt: now };
        });
        timer.wake();
        return view(changed);
      },
      async delete(id) {
        changeable(await found(id));
        if (!(await store.delete(id))) throw raise.SCHEDULE_NOT_FOUND({ id });
      },
      async pause(id, note = '') {
        await found(id);
        return view(
          await runner.change(id, ({ state }) => ({
            ...{ paused: true, note: note === '' ? null : note, dueAt: null },
            state: withoutQueue(state),
          })),
        );
      },
      async resume(id, note = '') {
        await found(id);
        const resumed = await runner.change(id, (open) => {
          const now = clock.now();
          const cursorAt = open.stored.paused ? now : open.stored.cursorAt;
          const { dropped: _, ...state } = open.state;
          return { paused: false, note: note === '' ? null : note, cursorAt, dueAt: now, state };
        });
        timer.wake();
        return view(resumed);
      },
      async trigger(id) {
        await found(id);
        return runner.startNow(id);
      },
      async next(id, count) {
        const { stored, spec } = openSchedule(await found(id));
        return nextOccurrences(spec, stored.id, clock.now(), count);
      },
      preview: (given, count, from = clock.now()) => nextOccurrences(readGivenSpec(given), '', from, count),
      async backfill(id, { from, to, overlap = 'buffer_all' }) {
        await found(id);
        const fill = randomUUID();
        let occurrences = 0;
        await runner.change(id, ({ spec, state, stored }) => {
          const now = clock.now();
          const at = occurrencesBetween(
            calendarOf(spec),
            from - 1,
            Math.min(to, stored.paused ? now : stored.cursorAt),
            MOST_AT_ONCE + 1,
          );
          if (at.length + state.queue.length > MOST_AT_ONCE)
            throw raise.SCHEDULE_BACKFILL_LIMIT({ limit: MOST_AT_ONCE });
          occurrences = at.length;
          const added = at.map((at): Waiting => ({ at, since: now, key: `${fill}:${at}`, overlap }));
          return { state: { ...state, queue: [...state.queue, ...added] }, dueAt: now };
        });
        timer.wake();
        return { occurrences };
      },
    };
  };

  return {
    in: within,
    wake: () => timer.wake(),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await timer[Symbol.asyncDispose]();
    },
  };
}

/** One that cannot be read must not hide the others. */
function opened(stored: StoredSchedule): OpenSchedule | ErrorRecord {
  try {
    return openSchedule(stored);
  } catch (error) {
    return toErrorRecord(error);
  }
}
