import { isRecord, newRecord } from '../../language/values/is-record.ts';
import { toData } from '../../language/values/to-data.ts';

const MAX_DEPTH = 200;

/**
 * A result as JSON would have it, numbers exact: members without a value are left out, `Date` becomes ISO text. What needs no change is
 * handed back as it is. Throws LANGUAGE_NOT_DATA, LANGUAGE_BUDGET_DEPTH.
 */
export function resultData(value: unknown, depth = 0): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  // Too deep, or in a circle: `toData` says so.
  if (depth > MAX_DEPTH) return toData(value);
  if (Array.isArray(value)) {
    const copy = value.map((item) => resultData(item, depth + 1));
    return copy.every((item, index) => Object.is(item, value[index])) ? value : copy;
  }
  if (!isRecord(value)) return toData(value);
  const copy = newRecord();
  let changed = false;
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== undefined) copy[key] = resultData(member, depth + 1);
    changed ||= member === undefined || !Object.is(copy[key], member);
  }
  return changed ? copy : value;
}
