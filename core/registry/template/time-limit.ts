import { raise } from '../../errors/catalogue.ts';

/** Longer timers would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs work under a time limit. Its signal aborts at the limit, and the answer does not wait for work that ignores it.
 * @throws TEMPLATE_STEP_TIMEOUT
 */
export async function withTimeLimit<T>(
  action: string,
  limitMs: number | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (limitMs === undefined) return work(signal);
  const controller = new AbortController();
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      const error = raise.TEMPLATE_STEP_TIMEOUT({ action, limitMs });
      expired.reject(error);
      controller.abort(error);
    },
    Math.min(limitMs, LONGEST_TIMER_MS),
  );
  try {
    return await Promise.race([work(AbortSignal.any([signal, controller.signal])), expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
