import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';

export interface CrashPolicy {
  /** So many ends within the window are too many. */
  readonly limit: number;
  readonly windowMs: number;
  /** Pause before the first new attempt; doubles with each, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
}

export const CRASH_POLICY: CrashPolicy = { limit: 5, windowMs: 600_000, firstMs: 500, longestMs: 60_000 };

/** What follows an unexpected end: another attempt after a pause, or quarantine. */
export type CrashVerdict = { readonly retryAfterMs: number } | 'quarantine';

/** Counts how often a plugin ended without being told to. Times are milliseconds of any one clock. */
export class CrashCounter {
  readonly #policy: CrashPolicy;
  #times: number[] = [];

  constructor(policy: CrashPolicy = CRASH_POLICY) {
    this.#policy = policy;
  }

  get count(): number {
    return this.#times.length;
  }

  note(now: number): CrashVerdict {
    const { limit, windowMs, firstMs, longestMs } = this.#policy;
    this.#times = [...this.#times.filter((time) => now - time < windowMs), now];
    if (this.#times.length >= limit) return 'quarantine';
    return { retryAfterMs: Math.min(firstMs * 2 ** (this.#times.length - 1), longestMs) };
  }
}

/** Says that a plugin ended too often. */
export function tooOften(id: string, { windowMs }: CrashPolicy, crashes: number, reason: string): BackplaneError {
  return raise.PLUGIN_QUARANTINED({ id, crashes, minutes: windowMs / 60_000, reason });
}
