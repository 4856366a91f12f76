const LONGEST_MS = 60_000;

/** Pause after the n-th attempt (from 1): as given, else 1, 2, 4 … 60 s; longer if the service asked for it by `retry-after`. */
export function pollDelayMs(attempt: number, intervalSeconds: number | undefined, askedMs = 0): number {
  const planned =
    intervalSeconds === undefined ? Math.min(1000 * 2 ** (attempt - 1), LONGEST_MS) : intervalSeconds * 1000;
  return Math.max(planned, askedMs);
}
