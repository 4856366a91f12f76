export interface BackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
  /** From 0, below 1. */
  random(): number;
}

/** Milliseconds before retry number `retry` (from 1): anything up to a bound that doubles each time ("full jitter"). */
export function backoff(retry: number, { baseMs, maxMs, random }: BackoffOptions): number {
  return random() * Math.min(maxMs, baseMs * 2 ** (retry - 1));
}

/** Milliseconds of a Retry-After, in seconds or as a date. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** False when the signal came first. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (isOver: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      resolve(isOver);
    };
    const leave = () => settle(false);
    const timer = setTimeout(() => settle(true), ms);
    signal.addEventListener('abort', leave);
  });
}
