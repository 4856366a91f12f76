import { raise } from '../../errors/catalogue.ts';

export function dividedFloats(left: number, right: number): number {
  if (right === 0) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator: '/' });
  return left / right;
}

/** As CPython computes it: the quotient is derived from the remainder, so that `a == (a // b) * b + a % b` holds as nearly as it can. */
export function floorDividedFloats(left: number, right: number): number {
  if (right === 0) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator: '//' });
  const rest = left % right;
  let quotient = (left - rest) / right;
  if (rest !== 0 && rest < 0 !== right < 0) quotient -= 1;
  if (quotient === 0) return isNegative(left / right) ? -0 : 0;
  const floored = Math.floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

/** True for minus zero too. */
function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

export function moduloFloats(left: number, right: number): number {
  if (right === 0) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator: '%' });
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
}

export function powerFloats(left: number, right: number): number {
  if (left === 0 && right < 0) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator: '**' });
  // ECMAScript differs from C here: both of these are 1 in Python.
  if (left === 1 || (left === -1 && !Number.isFinite(right) && !Number.isNaN(right))) return 1;
  const answer = left ** right;
  if (Number.isNaN(answer) && !Number.isNaN(left) && !Number.isNaN(right)) {
    throw raise.LANGUAGE_NUMBER_RANGE({ problem: 'a negative number has no real root' });
  }
  if (!Number.isFinite(answer) && Number.isFinite(left) && Number.isFinite(right)) {
    throw raise.LANGUAGE_NUMBER_RANGE({ problem: 'the power is too large for a float' });
  }
  return answer;
}
