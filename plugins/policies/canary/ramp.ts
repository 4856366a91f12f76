export interface Ramp {
  readonly from: number;
  readonly to: number;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly overMs: number;
}

/** Percent at a moment: `from` before the start, then evenly up, or down, to `to`. */
export function percentAt({ from, to, start, overMs }: Ramp, now: number): number {
  const share = Math.min(1, Math.max(0, (now - start) / overMs));
  return from + (to - from) * share;
}
