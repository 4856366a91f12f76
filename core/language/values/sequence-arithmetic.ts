import { raise } from '../../errors/catalogue.ts';
import { isInteger } from './integer.ts';
import type { Value } from './value.ts';

/** Characters or items of the longest sequence that `*` makes. */
const MAX_LENGTH = 10_000_000;

/** `'ab' * 3`, `3 * [0]`: undefined when neither side is a sequence beside an integer. */
export function repeatSequence(left: Value, right: Value): Value | undefined {
  if (isInteger(left)) return isInteger(right) ? undefined : repeatSequence(right, left);
  if (!isInteger(right) || !(typeof left === 'string' || Array.isArray(left))) return undefined;
  const times = Math.max(0, Number(right));
  if (left.length * times > MAX_LENGTH) throw raise.LANGUAGE_BUDGET_OUTPUT({ limit: MAX_LENGTH });
  return typeof left === 'string' ? left.repeat(times) : Array.from({ length: times }, () => left).flat();
}
