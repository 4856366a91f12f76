import { isoDuration } from '../../language/values/iso-duration.ts';
import { TimeDelta } from '../../language/values/time-delta.ts';
import type { ScheduleSpec } from './schedule-spec.ts';

const span = (ms: number) => isoDuration(new TimeDelta(ms * 1_000));
const moment = (ms: number) => new Date(ms).toISOString();

/** A spec as a file says it: what reading gives back. */
export function writtenSpec(spec: ScheduleSpec): Readonly<Record<string, unknown>> {
  const { cron, every, offset, timezone, startAt, endAt, inputs, timeout, environment } = spec;
  return {
    ...(cron !== undefined && { cron }),
    ...(every !== undefined && { every: span(every) }),
    ...(offset !== undefined && { offset: span(offset) }),
    timezone,
    ...(startAt !== undefined && { start_at: moment(startAt) }),
    ...(endAt !== undefined && { end_at: moment(endAt) }),
    ...(inputs !== undefined && { inputs }),
    ...(timeout !== undefined && { timeout: timeout / 1_000 }),
    ...(environment !== undefined && { environment }),
    overlap: spec.overlap,
    catch_up: spec.catchUp,
    catch_up_window: span(spec.catchUpWindow),
    jitter: spec.jitter / 1_000,
  };
}
