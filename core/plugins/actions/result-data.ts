import { type DataRecord, isRecord, newRecord } from '../../language/values/is-record.ts';
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
  return isRecord(value) ? recordData(value, depth + 1) : toData(value);
}

function recordData(record: DataRecord, depth: number): DataRecord {
  let copy: Record<string, unknown> | undefined;
  const keys = Object.keys(record);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const member = record[key];
    const data = member === undefined ? undefined : resultData(member, depth);
    if (copy === undefined && (member === undefined || !Object.is(data, member))) {
      copy = newRecord();
      for (const earlier of keys.slice(0, index)) copy[earlier] = record[earlier];
    }
    if (copy !== undefined && member !== undefined) copy[key] = data;
  }
  return copy ?? record;
}
