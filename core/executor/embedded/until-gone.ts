import type { LiveRun } from './live-run.ts';

/** Resolves when the run's end is durable or it has left the engine. Rejects when the caller goes away. */
export function untilGone(run: LiveRun, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const leave = () => {
      run.watchers.delete(look);
      signal?.removeEventListener('abort', aborted);
    };
    const look = () => {
      if (!run.gone) return;
      leave();
      resolve();
    };
    const aborted = () => {
      leave();
      reject(signal!.reason);
    };
    run.watchers.add(look);
    signal?.addEventListener('abort', aborted, { once: true });
    look();
  });
}
