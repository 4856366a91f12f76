import { type Calendar, calendarOf, occurrencesBetween } from '../../workflow/schedule/calendar.ts';
import { dueTime } from '../../workflow/schedule/jitter.ts';
import type { OverlapPolicy, ScheduleSpec } from '../../workflow/schedule/schedule-spec.ts';
import { counted, type OpenSchedule, type ScheduleState, type Waiting } from './schedule-state.ts';

/** An occurrence that is seen so late counts as missed; within it, the host was merely busy or starting again. */
const GRACE_MS = 60_000;
/** So many of the newest occurrences are looked at after an outage, and so many may wait. */
export const MOST_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;
const SHORTEST_WAIT_MS = 30 * DAY_MS;

/**
 * Decides what becomes of the occurrences that have come since the last decision. Depends on nothing but its arguments. Undefined
 * when none has come.
 */
export function decideOccurrences(
  { stored, spec, state }: OpenSchedule,
  now: number,
): { readonly cursorAt: number; readonly state: ScheduleState } | undefined {
  const calendar = calendarOf(spec);
  const due = (occurrence: number) => dueTime(calendar, spec.jitter, stored.id, occurrence);
  const come = occurrencesBetween(calendar, stored.cursorAt, now, MOST_AT_ONCE);
  // The newest may still have its jitter before it.
  if (come.length > 0 && due(come.at(-1)!) > now) come.pop();
  const newest = come.at(-1);
  if (newest === undefined) return undefined;
  const inTime = come.filter((occurrence) => now - due(occurrence) <= GRACE_MS);
  const late = come.slice(0, come.length - inTime.length);
  const taken = [...caughtUp(late, inTime, spec, now), ...inTime];
  const admitted = taken.slice(0, Math.max(0, MOST_AT_ONCE - state.queue.length));
  const queue = [...state.queue, ...admitted.map((at): Waiting => ({ at, since: at, key: String(at) }))];
  const missed = counted({ ...state, queue }, 'missed', come.length - taken.length);
  return { cursorAt: newest, state: counted(missed, 'skipped', taken.length - admitted.length) };
}

function caughtUp(late: readonly number[], inTime: readonly number[], spec: ScheduleSpec, now: number): number[] {
  const recent = late.filter((occurrence) => now - occurrence <= spec.catchUpWindow);
  if (spec.catchUp === 'all') return recent;
  // A newer one that is in time stands for all before it.
  return spec.catchUp === 'latest' && inTime.length === 0 ? recent.slice(-1) : [];
}

/** When the schedule has to be looked at next for its occurrences. */
export function nextDueTime(
  { stored, spec }: Pick<OpenSchedule, 'stored' | 'spec'>,
  calendar: Calendar = calendarOf(spec),
): number | undefined {
  const next = calendar.after(stored.cursorAt);
  return next === undefined ? undefined : dueTime(calendar, spec.jitter, stored.id, next);
}

export type Step =
  | { readonly type: 'start'; readonly waiting: Waiting; readonly cancelPrevious: boolean }
  | { readonly type: 'drop'; readonly waiting: Waiting; readonly as: 'skipped' | 'missed' };

/** What to do next with what waits; undefined: wait. `busy`: an earlier run still runs. */
export function nextStep(queue: readonly Waiting[], spec: ScheduleSpec, busy: boolean, now: number): Step | undefined {
  let isBuffered = false;
  for (const [index, waiting] of queue.entries()) {
    const overlap = waiting.overlap ?? spec.overlap;
    if (now - waiting.since > longestWait(spec)) return { type: 'drop', waiting, as: 'missed' };
    if (cancels(overlap)) {
      const newer = queue.slice(index + 1).some((other) => cancels(other.overlap ?? spec.overlap));
      return newer ? { type: 'drop', waiting, as: 'skipped' } : { type: 'start', waiting, cancelPrevious: busy };
    }
    if (!busy || overlap === 'allow') return { type: 'start', waiting, cancelPrevious: false };
    if (overlap === 'skip') return { type: 'drop', waiting, as: 'skipped' };
    if (overlap === 'buffer_one' && isBuffered) return { type: 'drop', waiting, as: 'skipped' };
    isBuffered ||= overlap === 'buffer_one';
  }
  return undefined;
}

function cancels(overlap: OverlapPolicy): boolean {
  return overlap === 'cancel_previous' || overlap === 'terminate_previous';
}

function longestWait({ catchUpWindow }: ScheduleSpec): number {
  return Math.max(catchUpWindow, SHORTEST_WAIT_MS);
}

/**
 * How long the engine must know the key of an occurrence: longer than anybody may try to start it, so that however long the host
 * was away between starting the run and noting it, nobody starts a second one.
 */
export function keyLife(spec: ScheduleSpec): number {
  return longestWait(spec) + DAY_MS;
}
