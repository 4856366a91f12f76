import { raise } from '../../errors/catalogue.ts';
import { floatText } from './float-text.ts';
import { isFloat } from './integer.ts';
import { isRecord } from './is-record.ts';
import { isoDateTime, isoTime } from './iso-text.ts';
import { stringRepr } from './string-repr.ts';
import { isDate, isDateTime, isTime } from './temporal-kind.ts';
import { TimeDelta } from './time-delta.ts';
import { timeDeltaText, timeRepr } from './time-repr.ts';
import { pythonTypeName } from './type-name.ts';

/** Nesting at which a value is taken to contain itself. */
const MAX_DEPTH = 200;

/** Python's `str(value)`: what a template inside a string becomes. `None`, `True`, `1.0`, `[1, 'a']`, `2024-01-01 00:00:00`. */
export function pythonStr(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `${value}`;
  if (isDateTime(value)) return isoDateTime(value, ' ');
  if (isDate(value)) return value.toString();
  if (isTime(value)) return isoTime(value);
  return TimeDelta.is(value) ? timeDeltaText(value) : repr(value, 0);
}

/** Python's `repr(value)`: as inside a printed list. */
export function pythonRepr(value: unknown): string {
  return repr(value, 0);
}

function repr(value: unknown, depth: number): string {
  if (typeof value === 'string') return stringRepr(value);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (isFloat(value)) return floatText(Number(value));
  if (typeof value === 'number' || typeof value === 'bigint') return `${value}`;
  if (depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
  if (Array.isArray(value)) return `[${value.map((item) => repr(item, depth + 1)).join(', ')}]`;
  if (isRecord(value)) {
    const entries = Object.keys(value).map((key) => `${stringRepr(key)}: ${repr(value[key], depth + 1)}`);
    return `{${entries.join(', ')}}`;
  }
  return timeRepr(value as object) ?? `<${pythonTypeName(value)}>`;
}
