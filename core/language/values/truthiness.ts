import { Float } from '@backplane/sdk';
import { isRecord } from './is-record.ts';
import { TimeDelta } from './time-delta.ts';

/** Python's truth: false are None, False, zero of every kind, and the empty string, list and map. NaN is true. */
export function isTruthy(value: unknown): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value.length > 0;
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'object':
      return value !== null && isTruthyObject(value);
    default:
      return value !== undefined;
  }
}

function isTruthyObject(value: object): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  if (Float.is(value)) return value.value !== 0;
  return TimeDelta.is(value) ? value.microseconds !== 0 : true;
}
