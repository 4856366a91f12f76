import { setTimeout as pause } from 'node:timers/promises';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { StepRetry } from './template-definition.ts';

const ONCE: StepRetry = { maxAttempts: 1, delayMs: 0, backoff: 1, maxDelayMs: 0 };

/** The error of the last attempt, and how many there were. */
export class AttemptsFailed {
  readonly cause: unknown;
  readonly attempts: number;

  constructor(cause: unknown, attempts: number) {
    this.cause = cause;
    this.attempts = attempts;
  }
}

/** Attempts work (counted from 1) until it succeeds, the policy ends, or the error says that it would only fail again. */
export async function withRetry<T>(
  retry: StepRetry | undefined,
  signal: AbortSignal,
  work: (attempt: number) => Promise<T>,
): Promise<T | AttemptsFailed> {
  const { maxAttempts, delayMs, backoff, maxDelayMs } = retry ?? ONCE;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const record = toErrorRecord(error);
      if (attempt >= maxAttempts || record.retry === 'never' || signal.aborted)
        return new AttemptsFailed(error, attempt);
      const delay = Math.min(delayMs * backoff ** (attempt - 1), maxDelayMs);
      await pause(Math.max(delay, record.retryAfterMs ?? 0), undefined, { signal });
    }
  }
}
