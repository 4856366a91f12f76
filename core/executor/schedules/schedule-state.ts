import { type ErrorRecord, parseJson, plainNumbers, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { StoredSchedule } from '../../storage/schedule-store.ts';
import { calendarOf } from '../../workflow/schedule/calendar.ts';
import type { OverlapPolicy, ScheduleSpec } from '../../workflow/schedule/schedule-spec.ts';
import type { RunStatus } from '../engine.ts';

/** An occurrence that is to have a run and has none yet. Times are epoch milliseconds. */
export interface Waiting {
  /** The time for which it runs. */
  readonly at: number;
  /** When it was decided that it runs, at the earliest: nothing of it was started before. */
  readonly since: number;
  /** The same for every attempt at the same run. */
  readonly key: string;
  /** Instead of the policy of the schedule. */
  readonly overlap?: OverlapPolicy;
}

export interface LastRun {
  readonly scheduledAt: number;
  readonly startedAt: number;
  readonly runId: string;
  readonly status: RunStatus;
}

export interface ScheduleCounts {
  /** Runs that were started. */
  readonly fired: number;
  /** Left out because an earlier run was still going on. */
  readonly skipped: number;
  /** Came while no host was there, and were not caught up. */
  readonly missed: number;
  /** Could not be started. */
  readonly failed: number;
}

/** How far a schedule has come. JSON only. */
export interface ScheduleState {
  /** In the order in which they came. */
  readonly queue: readonly Waiting[];
  /** What waited when somebody paused: one of them may just have been starting. */
  readonly dropped?: readonly Waiting[];
  /** Runs that had not ended when somebody last looked, oldest first. */
  readonly running: readonly string[];
  readonly counts: ScheduleCounts;
  readonly last?: LastRun;
  /** Why the last attempt to start a run failed; gone once one succeeds. */
  readonly error?: ErrorRecord;
}

/** More are not told apart: of a schedule that lets its runs overlap, only so many of the newest are kept in sight. */
const MOST_RUNNING = 50;

export const FRESH: ScheduleState = { queue: [], running: [], counts: { fired: 0, skipped: 0, missed: 0, failed: 0 } };

/** A schedule with its texts read. */
export interface OpenSchedule {
  readonly stored: StoredSchedule;
  readonly spec: ScheduleSpec;
  readonly state: ScheduleState;
}

/** Throws SCHEDULE_UNREADABLE for what another version of the host, or one with other time zones, has stored. */
export function openSchedule(stored: StoredSchedule): OpenSchedule {
  try {
    const state = { ...FRESH, ...(plainNumbers(parseJson(stored.state)) as Partial<ScheduleState>) };
    const spec = specOf(stored.spec);
    // A zone that is not known here is noticed only when it is needed.
    calendarOf(spec).after(stored.cursorAt);
    return { stored, spec, state };
  } catch (cause) {
    throw raise.SCHEDULE_UNREADABLE({ ref: stored.ref, cause: (cause as Error).message }, { cause });
  }
}

/** `inputs` keep their exact numbers; everything else is plain. */
function specOf(text: string): ScheduleSpec {
  const { inputs, ...rest } = parseJson(text) as ScheduleSpec;
  return { ...(plainNumbers(rest) as ScheduleSpec), ...(inputs !== undefined && { inputs }) };
}

export function stateText(state: ScheduleState): string {
  return stringifyJson(state);
}

export function counted(state: ScheduleState, what: keyof ScheduleCounts, by = 1): ScheduleState {
  return { ...state, counts: { ...state.counts, [what]: state.counts[what] + by } };
}

export function withoutWaiting(state: ScheduleState, { key }: Waiting): ScheduleState {
  return { ...state, queue: state.queue.filter((other) => other.key !== key) };
}

/** A run of the schedule has begun. */
export function withRun(state: ScheduleState, last: LastRun): ScheduleState {
  const { error: _, ...rest } = state;
  const running = [...state.running.filter((runId) => runId !== last.runId), last.runId].slice(-MOST_RUNNING);
  return { ...counted(rest, 'fired'), running, last };
}

/** Nothing waits any more. */
export function withoutQueue(state: ScheduleState): ScheduleState {
  return { ...state, queue: [], dropped: [...(state.dropped ?? []), ...state.queue] };
}

/** A run has begun for what was dropped meanwhile; undefined when it was not, and somebody else answers for it. */
export function withLateRun(state: ScheduleState, { key }: Waiting, last: LastRun): ScheduleState | undefined {
  const { dropped = [] } = state;
  if (!dropped.some((waiting) => waiting.key === key)) return undefined;
  return withRun({ ...state, dropped: dropped.filter((waiting) => waiting.key !== key) }, last);
}

/** Runs of the schedule have ended. */
export function withEnded(state: ScheduleState, ended: ReadonlyMap<string, RunStatus>): ScheduleState {
  const { last, running } = state;
  const status = last === undefined ? undefined : ended.get(last.runId);
  return {
    ...state,
    running: running.filter((runId) => !ended.has(runId)),
    ...(last !== undefined && status !== undefined && { last: { ...last, status } }),
  };
}
