import { type DateTime, isAware } from './temporal-kind.ts';

export type TimeSpec = 'auto' | 'hours' | 'minutes' | 'seconds' | 'milliseconds' | 'microseconds';

const pad = (value: number, width = 2) => String(value).padStart(width, '0');

/** Python's `isoformat()`: microseconds only when there are any, offset `+00:00` for UTC, nothing for a naive date. */
export function isoDateTime(value: DateTime, separator = 'T', spec: TimeSpec = 'auto'): string {
  const date = `${pad(value.year, 4)}-${pad(value.month)}-${pad(value.day)}`;
  return `${date}${separator}${isoTime(value, spec)}${isAware(value) ? value.offset : ''}`;
}

interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  readonly microsecond: number;
}

export function isoTime(value: ClockTime, spec: TimeSpec = 'auto'): string {
  const fraction = value.millisecond * 1000 + value.microsecond;
  const minutes = `${pad(value.hour)}:${pad(value.minute)}`;
  switch (spec) {
    case 'hours':
      return pad(value.hour);
    case 'minutes':
      return minutes;
    case 'seconds':
      return `${minutes}:${pad(value.second)}`;
    case 'milliseconds':
      return `${minutes}:${pad(value.second)}.${pad(value.millisecond, 3)}`;
    default:
      return `${minutes}:${pad(value.second)}${fraction > 0 || spec === 'microseconds' ? `.${pad(fraction, 6)}` : ''}`;
  }
}
