const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** How a time to keep something is written. */
export const KEEP_TIME = /^(?:forever|(\d{1,6})([smhdw]))$/;

/** Milliseconds of `30d`, `12h`, `90m`, `2w` or `45s`; infinite for `forever`; undefined for anything else. */
export function readKeepTime(text: string): number | undefined {
  const found = KEEP_TIME.exec(text);
  if (found === null) return undefined;
  return found[1] === undefined ? Number.POSITIVE_INFINITY : Number(found[1]) * UNITS[found[2]!]!;
}
