import type { RunRecord } from '../engine.ts';
import { type LiveRun, recordOf } from './live-run.ts';

const KEPT_RUNS = 1_000;
const KEPT_SIZE = 16_000_000;

/**
 * The runs that ended last, for callers that ask for a result just after the start. Bounded by number and size; whoever comes later
 * reads the journal.
 */
export class RecentRuns {
  readonly #runs = new Map<string, LiveRun>();
  #size = 0;

  add(run: LiveRun): void {
    this.#runs.set(run.runId, run);
    this.#size += run.size;
    for (const [runId, { size }] of this.#runs) {
      if (this.#runs.size <= KEPT_RUNS && this.#size <= KEPT_SIZE) return;
      this.#runs.delete(runId);
      this.#size -= size;
    }
  }

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  record(runId: string): RunRecord | undefined {
    const run = this.#runs.get(runId);
    return run === undefined ? undefined : recordOf(run);
  }
}
