import { raise } from '../../errors/catalogue.ts';
import type { Value } from '../values/value.ts';

/** Characters of one string, or items of one list, that an expression may build. */
export const MAX_OUTPUT = 10_000_000;

export function guardSize<T extends Value>(value: T): T {
  if ((typeof value === 'string' || Array.isArray(value)) && value.length > MAX_OUTPUT) throw tooLarge();
  return value;
}

/** `'ab' * 1000` is known to be large before it is built. */
export function guardRepetition(left: Value, right: Value): void {
  const [sequence, count] = typeof left === 'string' || Array.isArray(left) ? [left, right] : [right, left];
  if (typeof sequence !== 'string' && !Array.isArray(sequence)) return;
  if ((typeof count === 'number' || typeof count === 'bigint') && sequence.length * Number(count) > MAX_OUTPUT)
    throw tooLarge();
}

export function tooLarge() {
  return raise.LANGUAGE_BUDGET_OUTPUT({ limit: MAX_OUTPUT });
}
