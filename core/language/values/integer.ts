import { Float } from '@backplane/sdk';

/** The integer with this value: a plain number where that is exact, else `bigint`. */
export function integer(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** True for Python's int, which bool is one of. Whole numbers beyond 2^53 in a plain `number` are floats: integers there are `bigint`. */
export function isInteger(value: unknown): value is number | bigint | boolean {
  return Number.isSafeInteger(value) || typeof value === 'bigint' || typeof value === 'boolean';
}

export function isFloat(value: unknown): value is number | Float {
  return typeof value === 'number' ? !Number.isSafeInteger(value) : Float.is(value);
}

export function isNumeric(value: unknown): value is number | bigint | boolean | Float {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' || Float.is(value);
}

/** A number that JavaScript compares exactly: a `bigint` stays one. */
export function comparable(value: number | bigint | boolean | Float): number | bigint {
  return typeof value === 'bigint' ? value : Number(value);
}
