import { raise } from '../errors/catalogue.ts';

/** A whole number from 1 to `most`. Throws USAGE. */
export function countArgument(text: string | undefined, name: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw raise.USAGE({ message: `--${name}: expected a number from 1 to ${most}, got \`${text}\`.` });
}
