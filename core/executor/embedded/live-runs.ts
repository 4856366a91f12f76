import type { LiveRun } from './live-run.ts';

/** The runs in memory by id, and about how much they hold. */
export class LiveRuns extends Map<string, LiveRun> {
  #size = 0;

  /** Characters of the events of all of them. */
  get heldSize(): number {
    return this.#size;
  }

  override set(runId: string, run: LiveRun): this {
    this.#size += run.size - (this.get(runId)?.size ?? 0);
    return super.set(runId, run);
  }

  override delete(runId: string): boolean {
    this.#size -= this.get(runId)?.size ?? 0;
    return super.delete(runId);
  }

  /** An event has been added to the run. */
  grow(run: LiveRun, size: number): void {
    run.size += size;
    if (this.get(run.runId) === run) this.#size += size;
  }
}
