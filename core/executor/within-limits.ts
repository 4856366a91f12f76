import type { PoliteStop } from './polite-stop.ts';

/** Longer timers would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type Limited<T> =
  | { readonly ended: 'done'; readonly value: T }
  | { readonly ended: 'timeout' }
  | { readonly ended: 'cancelled' };

export interface Limits {
  readonly timeoutMs: number;
  /** Asks the work to stop; how it ends still counts. */
  readonly stop?: PoliteStop;
  /** Nobody waits for the work any more. */
  readonly abandon: AbortSignal;
}

/**
 * Runs `work` until it is done, its time is over or `abandon` aborts, whichever comes first. The signal that `work` gets aborts in
 * both other cases, but nobody waits for it to obey. It aborts for `stop` too, and there its answer is waited for: a rejection then
 * means that it has stopped. Rejects only with what `work` rejects with.
 */
export function withinLimits<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, stop, abandon }: Limits,
): Promise<Limited<T>> {
  if (abandon.aborted || stop?.asked === true) return Promise.resolve({ ended: 'cancelled' });
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const abort = (why: string) => controller.abort(new DOMException(`The action was stopped: ${why}`, 'AbortError'));
    const leaveWith = (ended: 'timeout' | 'cancelled') => {
      leave();
      resolve({ ended });
      abort(ended);
    };
    const abandoned = () => leaveWith('cancelled');
    const timer = setTimeout(() => leaveWith('timeout'), Math.min(timeoutMs, LONGEST_TIMER_MS));
    abandon.addEventListener('abort', abandoned, { once: true });
    stop?.onAsk(() => abort('cancelled'));
    const leave = () => {
      clearTimeout(timer);
      abandon.removeEventListener('abort', abandoned);
    };
    work(controller.signal).then(
      (value) => {
        leave();
        resolve({ ended: 'done', value });
      },
      (error) => {
        leave();
        if (stop?.asked === true) resolve({ ended: 'cancelled' });
        else reject(error);
      },
    );
  });
}
