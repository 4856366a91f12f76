import { Float } from '@backplane/sdk';

/**
 * A gateway does not tell `1.0` from `1`, as expressions do; the model is plain JSON. Integers that a number cannot hold exactly are reported.
 */
export function plainNumbers(
  value: unknown,
  onTooLarge: (path: readonly (string | number)[]) => void,
  path: readonly (string | number)[] = [],
): unknown {
  if (typeof value === 'bigint') {
    onTooLarge(path);
    return Number(value);
  }
  if (Float.is(value)) return value.value;
  if (Array.isArray(value)) return value.map((item, at) => plainNumbers(item, onTooLarge, [...path, at]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plainNumbers(item, onTooLarge, [...path, key])]),
  );
}
