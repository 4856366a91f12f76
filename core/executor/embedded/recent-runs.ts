import type { RunRecord } from '../engine.ts';
import { type LiveRun, recordOf } from './live-run.ts';

const KEPT_SIZE = 16_000_000;

/**
 * The runs that ended last, for callers that ask for a result just after the start. Bounded by number and size; whoever comes later
 * reads the journal.
 */
export class RecentRuns {
  readonly #runs = new Map<string, LiveRun>();
  readonly #kept: number;
  #size = 0;

  constructor(kept: number) {
    this.#kept = kept;
  }

  add(run: LiveRun): void {
    this.#runs.set(run.runId, run);
    this.#size += run.size;
    for (const runId of this.#runs.keys()) {
      if (this.#runs.size <= this.#kept && this.#size <= KEPT_SIZE) return;
      this.forget(runId);
    }
  }

  forget(runId: string): void {
    this.#size -= this.#runs.get(runId)?.size ?? 0;
    this.#runs.delete(runId);
  }

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  get(runId: string): LiveRun | undefined {
    return this.#runs.get(runId);
  }

  record(runId: string): RunRecord | undefined {
    const run = this.#runs.get(runId);
    return run === undefined ? undefined : recordOf(run);
  }
}
