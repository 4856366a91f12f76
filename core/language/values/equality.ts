import { comparable, isNumeric } from './integer.ts';
import { type DataRecord, isRecord } from './is-record.ts';
import { isDate, isDateTime, isTime, onOneClock } from './temporal-kind.ts';
import { TimeDelta } from './time-delta.ts';

const hasOwn = Object.prototype.propertyIsEnumerable;

/** Python's `==`: by value and deep; `1 == 1.0 == True`; a naive and an aware date are never equal; values of other kinds differ. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left === 'string' || typeof right === 'string') return false;
  if (left === null || left === undefined || right === null || right === undefined)
    return (left ?? null) === (right ?? null);
  // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint are to be compared by value
  if (isNumeric(left)) return isNumeric(right) && comparable(left) == comparable(right);
  if (Array.isArray(left)) return Array.isArray(right) && areListsEqual(left, right);
  if (isRecord(left)) return isRecord(right) && areRecordsEqual(left, right);
  return areClassesEqual(left, right);
}

function areListsEqual(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
}

function areRecordsEqual(left: DataRecord, right: DataRecord): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => hasOwn.call(right, key) && isEqual(left[key], right[key]));
}

function areClassesEqual(left: unknown, right: unknown): boolean {
  if (TimeDelta.is(left)) return TimeDelta.is(right) && left.microseconds === right.microseconds;
  if (isDate(left)) return isDate(right) && left.equals(right);
  if (isTime(left)) return isTime(right) && left.equals(right);
  if (!isDateTime(left) || !isDateTime(right)) return false;
  const pair = onOneClock(left, right);
  return pair?.[0].equals(pair[1]) ?? false;
}
