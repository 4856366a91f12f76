import { raise } from '../../errors/catalogue.ts';
import { isRecord } from '../values/is-record.ts';
import { pythonStr } from '../values/render.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';

/** The key that a value is in a map: strings as they are, numbers, booleans, dates and null as Python prints them. Lists and maps are none. */
export function mapKey(value: Value): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) || isRecord(value)) throw raise.LANGUAGE_KEY_TYPE({ type: pythonTypeName(value) });
  return pythonStr(value);
}
