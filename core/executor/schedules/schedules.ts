import type { ErrorRecord } from '@backplane/sdk';
import type { OverlapPolicy } from '../../workflow/schedule/schedule-spec.ts';
import type { RunStatus } from '../engine.ts';
import type { ScheduleCounts } from './schedule-state.ts';

/** A schedule as people see it. Times are ISO 8601, UTC. */
export interface ScheduleView {
  readonly id: string;
  /** Workflow id. */
  readonly workflow: string;
  readonly ref: string;
  /** `file`: it stands in the file of its workflow and is changed there. */
  readonly origin: 'file' | 'api';
  readonly description: string;
  /** In the words of a workflow file, defaults filled in. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly paused: boolean;
  readonly note?: string;
  /** Null while it is paused, and when no occurrence is left. */
  readonly nextAt: string | null;
  readonly last?: {
    readonly scheduledAt: string;
    readonly startedAt: string;
    readonly runId: string;
    readonly status: RunStatus;
  };
  readonly counts: ScheduleCounts;
  /** Occurrences that wait for an earlier run to end. */
  readonly waiting: number;
  /** Why the last attempt to start a run failed. */
  readonly error?: ErrorRecord;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Occurrence {
  /** The time for which the run is. */
  readonly at: string;
  /** When it starts, its share of the jitter included. */
  readonly startsAt: string;
}

type GivenSpec = Readonly<Record<string, unknown>>;

/** The schedules of a host. */
export interface Schedules {
  in(workspace: string): WorkspaceSchedules;
}

/**
 * The schedules of one workspace. Methods that take an id throw SCHEDULE_NOT_FOUND. A spec is given in the words of a workflow file.
 */
export interface WorkspaceSchedules {
  list(page: {
    readonly limit: number;
    readonly cursor?: string;
    readonly workflow?: string;
  }): Promise<{ readonly items: readonly ScheduleView[]; readonly nextCursor?: string }>;
  /** Throws WORKFLOW_NOT_FOUND, SCHEDULE_INVALID or SCHEDULE_REF_TAKEN. */
  create(schedule: {
    readonly workflow: string;
    readonly ref?: string;
    readonly description?: string;
    readonly spec: GivenSpec;
    readonly paused?: boolean;
  }): Promise<ScheduleView>;
  get(id: string): Promise<ScheduleView>;
  /** Keys of `spec` replace those that there are; null removes one. Throws SCHEDULE_IN_FILE or SCHEDULE_INVALID. */
  change(id: string, change: { readonly description?: string; readonly spec?: GivenSpec }): Promise<ScheduleView>;
  /** Throws SCHEDULE_IN_FILE. */
  delete(id: string): Promise<void>;
  /** Nothing starts any more until it is resumed, and what would have started meanwhile never does. */
  pause(id: string, note: string | undefined): Promise<ScheduleView>;
  resume(id: string, note: string | undefined): Promise<ScheduleView>;
  /** Starts a run at once, whatever the schedule says. */
  trigger(id: string): Promise<{ readonly runId: string }>;
  next(id: string, count: number): Promise<readonly Occurrence[]>;
  /** When a spec would fire from a moment on (epoch milliseconds; default: now). Throws SCHEDULE_INVALID. */
  preview(spec: GivenSpec, count: number, from?: number): readonly Occurrence[];
  /**
   * Runs the occurrences of a past window, both ends included, one after the other unless `overlap` says otherwise. Throws
   * SCHEDULE_BACKFILL_LIMIT.
   */
  backfill(
    id: string,
    window: { readonly from: number; readonly to: number; readonly overlap?: OverlapPolicy },
  ): Promise<{ readonly occurrences: number }>;
}
