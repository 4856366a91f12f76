import type { LiveRun } from './live-run.ts';

/**
 * True when nothing of the run is under way: it only waits, for times, for runs that it has started or for people, and everything
 * that has happened is durable. Then any host can go on with it as if nothing had been.
 */
export function isQuiet({ over, appended, durable, inFlight, wakeAt, state }: LiveRun): boolean {
  // One that goes to sleep, or has just been woken, is soon another matter.
  if (over || wakeAt !== undefined || appended !== durable || inFlight.size > 0) return false;
  return Object.values(state.pending).every(
    (pending) => pending.kind !== 'action' && (pending.kind !== 'child' || pending.runId !== undefined),
  );
}
