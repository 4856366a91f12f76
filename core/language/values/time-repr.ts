import { isAware, isDate, isDateTime, isTime } from './temporal-kind.ts';
import { TimeDelta } from './time-delta.ts';

const SECONDS_A_DAY = 86_400;

/** A duration in Python's normal form: only `days` may be negative. */
function parts({ microseconds }: TimeDelta): { days: number; seconds: number; micro: number } {
  const micro = ((microseconds % 1e6) + 1e6) % 1e6;
  const whole = (microseconds - micro) / 1e6;
  const days = Math.floor(whole / SECONDS_A_DAY);
  return { days, seconds: whole - days * SECONDS_A_DAY, micro };
}

/** Python's `str` of a duration: `1 day, 2:03:04.500000`. */
export function timeDeltaText(value: TimeDelta): string {
  const { days, seconds, micro } = parts(value);
  const pad = (part: number, width = 2) => String(part).padStart(width, '0');
  const day = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `;
  const clock = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return `${day}${clock}${micro > 0 ? `.${pad(micro, 6)}` : ''}`;
}

function timeDeltaRepr(value: TimeDelta): string {
  const { days, seconds, micro } = parts(value);
  const named = [
    ['days', days],
    ['seconds', seconds],
    ['microseconds', micro],
  ].filter(([, amount]) => amount !== 0);
  return `datetime.timedelta(${named.map(([name, amount]) => `${name}=${amount}`).join(', ') || '0'})`;
}

/** Python's `repr` of dates, times and durations; undefined for everything else. */
export function timeRepr(value: object): string | undefined {
  if (TimeDelta.is(value)) return timeDeltaRepr(value);
  if (isDate(value)) return `datetime.date(${value.year}, ${value.month}, ${value.day})`;
  if (isTime(value)) return `datetime.time(${clockArguments(value).join(', ')})`;
  if (!isDateTime(value)) return undefined;
  const zone = isAware(value) ? [`tzinfo=${zoneRepr(value)}`] : [];
  return `datetime.datetime(${[value.year, value.month, value.day, ...clockArguments(value), ...zone].join(', ')})`;
}

function clockArguments(
  value: Pick<Temporal.PlainTime, 'hour' | 'minute' | 'second' | 'millisecond' | 'microsecond'>,
): number[] {
  const micro = value.millisecond * 1000 + value.microsecond;
  const all = [value.hour, value.minute];
  if (value.second > 0 || micro > 0) all.push(value.second);
  if (micro > 0) all.push(micro);
  return all;
}

function zoneRepr({ timeZoneId, offsetNanoseconds }: Temporal.ZonedDateTime): string {
  if (timeZoneId === 'UTC') return 'datetime.timezone.utc';
  if (/^[+-]/.test(timeZoneId)) return `datetime.timezone(${timeDeltaRepr(new TimeDelta(offsetNanoseconds / 1000))})`;
  return `zoneinfo.ZoneInfo(key='${timeZoneId}')`;
}
