/** Marks work that did not end in time. */
export const LATE = Symbol('late');

/**
 * What `work` gives, or `LATE` once `limitMs` have passed or `cancel` aborts. The work is given up then: what becomes of it
 * afterwards, a rejection included, is nobody's business any more.
 */
export async function withinDeadline<T>(
  work: Promise<T>,
  limitMs: number,
  cancel?: AbortSignal,
): Promise<T | typeof LATE> {
  const { promise, resolve } = Promise.withResolvers<typeof LATE>();
  const stop = () => resolve(LATE);
  const timer = setTimeout(stop, limitMs);
  cancel?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    cancel?.removeEventListener('abort', stop);
  }
}
