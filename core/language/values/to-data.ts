import { defineErrors, Float } from '@backplane/sdk';
import { languageErrors } from '../../errors/language.ts';
import { type DataRecord, isRecord, newRecord } from './is-record.ts';
import { isoDuration } from './iso-duration.ts';
import { isoDateTime, isoTime } from './iso-text.ts';
import { isDate, isDateTime, isTime } from './temporal-kind.ts';
import { TimeDelta } from './time-delta.ts';
import { pythonTypeName } from './type-name.ts';

// In the process of a plugin, too, where the whole catalogue would be a third of what has to be loaded.
const raise = defineErrors(languageErrors);

const MAX_DEPTH = 200;

/**
 * What JSON can hold, numbers still exact (`Float`, `bigint`): dates as ISO strings, durations as ISO 8601 durations, NaN and
 * infinities as null. What needs no change is handed back as it is, not copied.
 * @throws LANGUAGE_NOT_DATA, LANGUAGE_BUDGET_DEPTH
 */
export function toData(value: unknown): unknown {
  return convert(value, 0);
}

function convert(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : convertObject(value, depth);
    default:
      throw raise.LANGUAGE_NOT_DATA({ type: typeof value });
  }
}

function convertObject(value: object, depth: number): unknown {
  if (depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
  if (Array.isArray(value)) return convertList(value, depth + 1);
  if (isRecord(value)) return convertRecord(value, depth + 1);
  if (Float.is(value)) return value;
  if (isDateTime(value)) return isoDateTime(value);
  if (isDate(value)) return value.toString();
  if (isTime(value)) return isoTime(value);
  if (TimeDelta.is(value)) return isoDuration(value);
  throw raise.LANGUAGE_NOT_DATA({ type: pythonTypeName(value) });
}

function convertList(list: readonly unknown[], depth: number): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    const converted = convert(item, depth);
    if (copy === undefined && !Object.is(converted, item)) copy = list.slice(0, index);
    copy?.push(converted);
  }
  return copy ?? list;
}

function convertRecord(record: DataRecord, depth: number): DataRecord {
  let copy: Record<string, unknown> | undefined;
  const keys = Object.keys(record);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const converted = convert(record[key], depth);
    if (copy === undefined && !Object.is(converted, record[key])) {
      copy = newRecord();
      for (const earlier of keys.slice(0, index)) copy[earlier] = record[earlier];
    }
    if (copy !== undefined) copy[key] = converted;
  }
  return copy ?? record;
}
