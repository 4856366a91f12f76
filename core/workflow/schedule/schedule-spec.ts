export const OVERLAP_POLICIES = [
  'skip',
  'buffer_one',
  'buffer_all',
  'cancel_previous',
  'terminate_previous',
  'allow',
] as const;
/** What happens to an occurrence that comes while an earlier run of the schedule still runs. */
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

export const CATCH_UP_POLICIES = ['none', 'latest', 'all'] as const;
/** What happens to occurrences that came while no host was there to see them. */
export type CatchUpPolicy = (typeof CATCH_UP_POLICIES)[number];

/** When a schedule fires: one of `cron` and `every`. Times are milliseconds. */
export interface ScheduleTiming {
  /** Five fields, or six with seconds in front, or a nickname such as `@hourly`. */
  readonly cron?: string;
  /** Occurrences lie at multiples of this since 1970, moved by `offset`. */
  readonly every?: number;
  readonly offset?: number;
  /** IANA name; cron fields are read on its clocks. */
  readonly timezone: string;
  /** No occurrence lies before it. */
  readonly startAt?: number;
  /** No occurrence lies after it. */
  readonly endAt?: number;
}

/** A checked schedule, defaults filled in. JSON only. Times are milliseconds. */
export interface ScheduleSpec extends ScheduleTiming {
  /** What runs get as `TRIGGER`. */
  readonly inputs?: unknown;
  /** The longest that a run may take; absent: what its workflow says. */
  readonly timeout?: number;
  readonly environment?: string;
  readonly overlap: OverlapPolicy;
  readonly catchUp: CatchUpPolicy;
  /** An occurrence older than this is not caught up. */
  readonly catchUpWindow: number;
  /** Runs start up to so much after their occurrence, each schedule and occurrence by its own share. */
  readonly jitter: number;
}

/** A `triggers` entry of type `schedule`. */
export interface ScheduleTrigger {
  readonly type: 'schedule';
  /** Unique in its workflow: what tells one schedule from another when the file changes. */
  readonly ref: string;
  readonly description?: string;
  /** Whether it begins paused. */
  readonly paused: boolean;
  readonly spec: ScheduleSpec;
}

/** The part of a spec on which the occurrences depend. */
export function timingOf({ cron, every, offset, timezone, startAt, endAt }: ScheduleTiming): ScheduleTiming {
  return {
    ...(cron !== undefined && { cron }),
    ...(every !== undefined && { every }),
    ...(offset !== undefined && { offset }),
    timezone,
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
  };
}
