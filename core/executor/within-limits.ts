/** Longer timers would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type Limited<T> =
  | { readonly ended: 'done'; readonly value: T }
  | { readonly ended: 'timeout' }
  | { readonly ended: 'cancelled' };

/**
 * Runs `work` until it is done, `limitMs` have passed or `cancel` aborts, whichever comes first. The signal that `work` gets
 * aborts in both other cases, but nobody waits for it to obey. Rejects only with what `work` rejects with.
 */
export function withinLimits<T>(
  work: (signal: AbortSignal) => Promise<T>,
  limitMs: number,
  cancel: AbortSignal,
): Promise<Limited<T>> {
  if (cancel.aborted) return Promise.resolve({ ended: 'cancelled' });
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const stop = (ended: 'timeout' | 'cancelled') => {
      leave();
      resolve({ ended });
      controller.abort(new DOMException(`The action was stopped: ${ended}`, 'AbortError'));
    };
    const cancelled = () => stop('cancelled');
    const timer = setTimeout(() => stop('timeout'), Math.min(limitMs, LONGEST_TIMER_MS));
    cancel.addEventListener('abort', cancelled, { once: true });
    const leave = () => {
      clearTimeout(timer);
      cancel.removeEventListener('abort', cancelled);
    };
    work(controller.signal).then(
      (value) => {
        leave();
        resolve({ ended: 'done', value });
      },
      (error) => {
        leave();
        reject(error);
      },
    );
  });
}
