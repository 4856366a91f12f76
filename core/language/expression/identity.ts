import { isEqual } from '../values/equality.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';

/** Python's `is`, for what it can be relied on: constants and scalars by type and value, lists and maps by being the same one. */
export function isIdentical(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== typeof right || typeof left === 'object') return false;
  return pythonTypeName(left) === pythonTypeName(right) && isEqual(left, right);
}
