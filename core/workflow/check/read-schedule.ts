import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { Findings } from '../../language/source/findings.ts';
import { isoMoment } from '../moment/iso-moment.ts';
import { calendarOf, parseCron } from '../schedule/calendar.ts';
import { readSpan } from '../schedule/read-span.ts';
import {
  CATCH_UP_POLICIES,
  OVERLAP_POLICIES,
  type ScheduleSpec,
  type ScheduleTiming,
  type ScheduleTrigger,
} from '../schedule/schedule-spec.ts';
import { kindOfValue } from './kind-of-value.ts';
import type { MappingReader, OtherKeys } from './mapping-reader.ts';

const REF = /^[a-z0-9][a-z0-9_-]{0,99}$/;
const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const LONGEST = 3_660 * DAY;
const LONGEST_WINDOW = 366 * DAY;
const DEFAULT_WINDOW = 7 * DAY;

export const SCHEDULE_KEYS: OtherKeys = {
  hints: {
    name: 'ref',
    tz: 'timezone',
    time_zone: 'timezone',
    schedule: 'cron',
    interval: 'every',
    input: 'inputs',
    start: 'start_at',
    end: 'end_at',
    overlap_policy: 'overlap',
    catchup: 'catch_up',
  },
};

/** A trigger of `type: schedule`. `position` names it when it has no `ref`, as the first, the second … of its file. */
export function readSchedule(findings: Findings, reader: MappingReader, position: number): ScheduleTrigger | undefined {
  const ref = reader.text('ref') ?? `schedule_${position}`;
  if (!REF.test(ref)) reader.bad('ref', 'must be made of lower-case letters, digits, `_` and `-`');
  const description = reader.text('description');
  const paused = reader.flag('paused');
  const status = reader.choice('status', ['online', 'offline']);
  if (paused !== undefined && status !== undefined)
    reader.bad('status', 'says what `paused` says; leave one of them out');
  // An old form has what steers the schedule in `args`.
  const args = reader.record('args');
  const nested = args !== undefined && Object.keys(args).length > 0;
  const spec = nested
    ? reader.nested('args', '`args` of a schedule', (inner) => readScheduleSpec(findings, inner), SCHEDULE_KEYS)
    : readScheduleSpec(findings, reader);
  const legacy = 'it belongs to an old form of triggers';
  reader.finish({ ...SCHEDULE_KEYS, withoutEffect: { id: legacy, entrypoint: legacy } });
  if (spec === undefined) return undefined;
  return {
    type: 'schedule',
    ref,
    ...(description !== undefined && { description }),
    paused: paused ?? status === 'offline',
    spec,
  };
}

/** What steers a schedule; undefined when it cannot be used, with the reasons among the findings. */
export function readScheduleSpec(findings: Findings, reader: MappingReader): ScheduleSpec | undefined {
  const before = findings.problems.length;
  const timing = readTiming(findings, reader);
  const inputs = reader.raw('inputs');
  if (holdsExpression(inputs))
    reader.bad('inputs', 'must not hold expressions: there is no run yet that could evaluate them');
  const timeout = reader.number('timeout', { min: 0 });
  const environment = reader.text('environment');
  const spec: ScheduleSpec = {
    ...timing,
    ...(inputs !== undefined && { inputs }),
    ...(timeout !== undefined && timeout > 0 && { timeout: Math.round(timeout * SECOND) }),
    ...(environment !== undefined && environment !== '' && { environment }),
    overlap: reader.choice('overlap', OVERLAP_POLICIES) ?? 'skip',
    catchUp: reader.choice('catch_up', CATCH_UP_POLICIES) ?? 'latest',
    catchUpWindow: readSpanOf(findings, reader, 'catch_up_window', SECOND, LONGEST_WINDOW) ?? DEFAULT_WINDOW,
    jitter: readSpanOf(findings, reader, 'jitter', 0, DAY) ?? 0,
  };
  if (findings.problems.length > before) return undefined;
  if (calendarOf(spec).after(Number.MIN_SAFE_INTEGER / SECOND) !== undefined) return spec;
  findings.atValue(
    [...reader.path, spec.cron === undefined ? 'every' : 'cron'],
    raise.WORKFLOW_SCHEDULE_NEVER(undefined),
  );
  return undefined;
}

function readTiming(findings: Findings, reader: MappingReader): ScheduleTiming {
  const timezone = readTimezone(findings, reader);
  const cron = readCron(findings, reader, timezone ?? 'UTC');
  const every = readSpanOf(findings, reader, 'every', SECOND, LONGEST);
  const offset = readSpanOf(findings, reader, 'offset', 0, LONGEST);
  const startAt = readMomentOf(reader, 'start_at');
  const endAt = readMomentOf(reader, 'end_at');
  const [hasCron, hasEvery] = [reader.raw('cron') !== undefined, reader.raw('every') !== undefined];
  if (hasCron === hasEvery) findings.atValue(reader.path, raise.WORKFLOW_SCHEDULE_TIMING({ both: hasCron }));
  if (offset !== undefined && !hasEvery)
    reader.bad('offset', 'belongs to `every`; a cron expression says its times itself');
  if (offset !== undefined && every !== undefined && offset >= every)
    reader.bad('offset', 'must be shorter than `every`');
  if (startAt !== undefined && endAt !== undefined && endAt < startAt)
    reader.bad('end_at', 'must not lie before `start_at`');
  return {
    ...(cron !== undefined && { cron }),
    ...(every !== undefined && { every }),
    ...(offset !== undefined && offset > 0 && { offset }),
    timezone: timezone ?? 'UTC',
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
  };
}

function readTimezone(findings: Findings, reader: MappingReader): string | undefined {
  const timezone = reader.text('timezone');
  if (timezone === undefined || (/^[A-Za-z]/.test(timezone) && isTimezone(timezone))) return timezone;
  const didYouMean = nearest(timezone, Intl.supportedValuesOf('timeZone'));
  findings.atValue(
    [...reader.path, 'timezone'],
    raise.WORKFLOW_TIMEZONE_UNKNOWN({ timezone, didYouMean }),
    didYouMean === undefined ? {} : { didYouMean },
  );
  return undefined;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function readCron(findings: Findings, reader: MappingReader, timezone: string): string | undefined {
  const cron = reader.text('cron')?.trim();
  if (cron === undefined) return undefined;
  try {
    parseCron(cron, timezone);
    return cron;
  } catch (error) {
    if (BackplaneError.is(error) || !(error instanceof TypeError || error instanceof RangeError)) throw error;
    const problem = error.message.replace(/^CronPattern: /, '').replace(/\.$/, '');
    findings.atValue([...reader.path, 'cron'], raise.WORKFLOW_CRON_INVALID({ cron, problem }));
    return undefined;
  }
}

/** A span in milliseconds. */
function readSpanOf(
  findings: Findings,
  reader: MappingReader,
  key: string,
  min: number,
  max: number,
): number | undefined {
  const written = reader.raw(key);
  if (written === undefined) return undefined;
  const span = readSpan(written);
  if (span === undefined) {
    const found = typeof written === 'string' ? `"${written}"` : kindOfValue(written);
    findings.atValue([...reader.path, key], raise.WORKFLOW_DURATION_INVALID({ key, found }));
    return undefined;
  }
  if (span >= min && span <= max) return span;
  return reader.bad(key, `must be between ${min / SECOND} seconds and ${max / DAY} days`);
}

function readMomentOf(reader: MappingReader, key: string): number | undefined {
  const written = reader.text(key);
  const moment = written === undefined ? undefined : isoMoment(written.trim());
  if (written === undefined || moment !== undefined) return moment;
  return reader.bad(key, 'must be an ISO date such as `2027-03-01T09:00:00Z`; what names no zone is UTC');
}

function holdsExpression(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${{');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}
