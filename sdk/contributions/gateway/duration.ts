const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Durations as policies' settings have them: `250ms`, `1.5s`, `5m`, `1h`, `7d`. */
export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds of a duration; a number is milliseconds already. Throws a TypeError for anything else. */
export function milliseconds(duration: string | number): number {
  if (typeof duration === 'number' && Number.isFinite(duration) && duration >= 0) return duration;
  const [, amount, unit] = DURATION.exec(String(duration)) ?? [];
  if (amount === undefined || typeof duration === 'number')
    throw new TypeError(`${JSON.stringify(duration)} is no duration like 250ms, 5s, 1m, 2h or 7d`);
  return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}

/**
 * Milliseconds of a duration above 0, as a transform of the settings' schema; anything else becomes an issue:
 * `z.union([z.string(), z.number()]).transform(positiveMilliseconds)`.
 */
export function positiveMilliseconds(duration: string | number, context: { addIssue(message: string): void }): number {
  try {
    const ms = milliseconds(duration);
    if (ms > 0) return ms;
  } catch {}
  context.addIssue(`${JSON.stringify(duration)} is no duration above 0 like 250ms, 5s, 1m or 2h`);
  return Number.NaN;
}
