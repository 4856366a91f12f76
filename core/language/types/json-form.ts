import { raise } from '../../errors/catalogue.ts';
import { isRecord, newRecord } from '../values/is-record.ts';
import { isoDuration } from '../values/iso-duration.ts';
import { isoTime } from '../values/iso-text.ts';
import { isDate, isDateTime, isTime } from '../values/temporal-kind.ts';
import { TimeDelta } from '../values/time-delta.ts';
import { jsonDateTime } from './read-datetime.ts';

const MAX_DEPTH = 1000;

/**
 * A value of the language as JSON data: dates, times and durations become ISO text, maps get no prototype; numbers keep their kind.
 * Lists and maps are copied only where something in them changes. Throws LANGUAGE_BUDGET_DEPTH.
 */
export function jsonForm(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value === undefined ? null : value;
  if (depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
  if (Array.isArray(value)) {
    const copy = value.map((item) => jsonForm(item, depth + 1));
    return copy.every((item, index) => item === value[index]) ? value : copy;
  }
  if (isRecord(value)) {
    const copy = newRecord();
    let changed = false;
    for (const key of Object.keys(value)) {
      copy[key] = jsonForm(value[key], depth + 1);
      changed ||= copy[key] !== value[key];
    }
    return changed ? copy : value;
  }
  if (isDateTime(value)) return jsonDateTime(value);
  if (isDate(value)) return value.toString();
  if (isTime(value)) return isoTime(value);
  return TimeDelta.is(value) ? isoDuration(value) : value;
}
