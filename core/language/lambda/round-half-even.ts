import { lambdaTypeError } from './lambda-error.ts';

/** Digits enough to see whether a number stands exactly between two neighbours. */
const WITNESS_DIGITS = 40;

/** Python's `round`: exact on the binary value, ties to the even neighbour. Negative `digits` round before the point. */
export function roundHalfEven(value: number, digits: number): number {
  if (!Number.isFinite(value)) throw lambdaTypeError('infinities and NaN cannot be rounded');
  if (digits > 50) return value;
  if (digits < 0) {
    const scale = 10 ** -digits;
    return roundHalfEven(value / scale, 0) * scale;
  }
  const magnitude = Math.abs(value);
  if (magnitude >= 1e21) return value;
  const exact = magnitude.toFixed(digits + WITNESS_DIGITS);
  const cut = exact.length - WITNESS_DIGITS;
  const rest = exact.slice(cut);
  const down = exact.slice(0, cut);
  const isTie = /^50*$/.test(rest);
  const lastDigit = Number(down.replace(/\.$/, '').at(-1));
  const rounded =
    Number(down) === magnitude
      ? magnitude
      : isTie && lastDigit % 2 === 0
        ? Number(down)
        : Number(magnitude.toFixed(digits));
  return value < 0 ? -rounded : rounded;
}
