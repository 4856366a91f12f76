import { isFloat, isInteger } from './integer.ts';
import { isRecord } from './is-record.ts';
import { isDate, isDateTime, isTime } from './temporal-kind.ts';
import { TimeDelta } from './time-delta.ts';

/** What Python's `type(value).__name__` says: `NoneType`, `int`, `float`, `str`, `list`, `dict`, `datetime` … */
export function pythonTypeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (isInteger(value)) return 'int';
  if (isFloat(value)) return 'float';
  if (Array.isArray(value)) return 'list';
  if (isRecord(value)) return 'dict';
  if (isDateTime(value)) return 'datetime';
  if (isDate(value)) return 'date';
  if (isTime(value)) return 'time';
  return TimeDelta.is(value) ? 'timedelta' : 'object';
}
