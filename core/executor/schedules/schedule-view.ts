import type { ErrorRecord } from '@backplane/sdk';
import type { StoredSchedule } from '../../storage/schedule-store.ts';
import { calendarOf, occurrencesAfter } from '../../workflow/schedule/calendar.ts';
import { dueTime } from '../../workflow/schedule/jitter.ts';
import type { ScheduleSpec } from '../../workflow/schedule/schedule-spec.ts';
import { writtenSpec } from '../../workflow/schedule/written-spec.ts';
import { nextDueTime } from './decide.ts';
import { FRESH, type OpenSchedule } from './schedule-state.ts';
import type { Occurrence, ScheduleView } from './schedules.ts';

const iso = (moment: number) => new Date(moment).toISOString();

export function viewOf(open: OpenSchedule): ScheduleView {
  const { stored, spec, state } = open;
  const next = stored.paused ? undefined : nextDueTime(open);
  const { last, error } = state;
  return {
    ...storedView(stored),
    spec: writtenSpec(spec),
    nextAt: next === undefined ? null : iso(next),
    ...(last !== undefined && {
      last: { ...last, scheduledAt: iso(last.scheduledAt), startedAt: iso(last.startedAt) },
    }),
    counts: state.counts,
    waiting: state.queue.length,
    ...(error !== undefined && { error }),
  };
}

/** What can be said of a schedule that cannot be read. */
export function unreadableView(stored: StoredSchedule, error: ErrorRecord): ScheduleView {
  return { ...storedView(stored), spec: {}, nextAt: null, counts: FRESH.counts, waiting: 0, error };
}

function storedView(stored: StoredSchedule) {
  const { id, workflowId, ref, origin, description, paused, note, createdAt, updatedAt } = stored;
  return {
    ...{ id, workflow: workflowId, ref, origin, description, paused },
    ...(note !== undefined && { note }),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

/** The next occurrences of a spec; `seed` is the id of its schedule, on which its jitter depends. */
export function nextOccurrences(spec: ScheduleSpec, seed: string, from: number, count: number): Occurrence[] {
  const calendar = calendarOf(spec);
  return occurrencesAfter(calendar, from, count).map((at) => ({
    at: iso(at),
    startsAt: iso(dueTime(calendar, spec.jitter, seed, at)),
  }));
}
