/** What a workflow file or a caller of the API says about a schedule. The store knows nothing of what the texts mean. */
export interface ScheduleEntry {
  /** Unique in its workflow. */
  readonly ref: string;
  readonly description: string;
  /** JSON. */
  readonly spec: string;
  /** The part of `spec` on which the occurrences depend; when it changes, those of the past are not looked for. */
  readonly timing: string;
  readonly beginsPaused: boolean;
}

/** What changes while a schedule works. Times are epoch milliseconds. */
export interface ScheduleProgress {
  readonly paused: boolean;
  /** Why somebody paused or resumed it. */
  readonly note?: string;
  /** When to look at it next; absent: nothing to do. */
  readonly dueAt?: number;
  /** Every occurrence up to here is decided. */
  readonly cursorAt: number;
  /** JSON. */
  readonly state: string;
}

export interface StoredSchedule extends ScheduleEntry, ScheduleProgress {
  readonly id: string;
  readonly workflowId: string;
  /** `file`: its entry follows the workflow's file. */
  readonly origin: 'file' | 'api';
  /** Counts every change. */
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SchedulePage {
  readonly items: readonly StoredSchedule[];
  readonly nextCursor?: string;
}

/** A place in the order of {@link ScheduleStore.due}. */
export type DuePlace = Pick<StoredSchedule, 'id'> & { readonly dueAt: number };

/** The state of a schedule that has done nothing yet. */
export const FRESH_STATE = '{}';

/** Keeps schedules and how far each has come. */
export interface ScheduleStore {
  /** Throws SCHEDULE_REF_TAKEN. */
  create(schedule: ScheduleEntry & ScheduleProgress & { readonly workflowId: string }): Promise<StoredSchedule>;
  /** With a workspace only if its workflow belongs to that. */
  get(id: string, workspace?: string): Promise<StoredSchedule | undefined>;
  /** Those of the workflows of a workspace, newest first. Throws STORAGE_CURSOR_INVALID. */
  list(
    workspace: string,
    page: { readonly limit: number; readonly cursor?: string; readonly workflowId?: string },
  ): Promise<SchedulePage>;
  /** False, and nothing changed, when `revision` is not the present one. */
  save(id: string, revision: number, change: Partial<ScheduleEntry> & ScheduleProgress): Promise<boolean>;
  /** False when there was none. */
  delete(id: string): Promise<boolean>;
  /** Due at or before `now`, the longest waiting first, after a place. */
  due(now: number, limit: number, after?: DuePlace): Promise<readonly StoredSchedule[]>;
  /** When the next one is due that was not due at `now`. */
  nextDue(now: number): Promise<number | undefined>;
}
