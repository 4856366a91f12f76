import type { LiveRun } from './live-run.ts';

/** The runs in memory by id, and about how much they hold. */
export class LiveRuns extends Map<string, LiveRun> {
  #size = 0;
  readonly #perWorkspace = new Map<string, number>();

  /** Characters of the events of all of them. */
  get heldSize(): number {
    return this.#size;
  }

  /** How many belong to a workspace. */
  countOf(workspace: string): number {
    return this.#perWorkspace.get(workspace) ?? 0;
  }

  override set(runId: string, run: LiveRun): this {
    this.delete(runId);
    this.#size += run.size;
    this.#count(run, 1);
    return super.set(runId, run);
  }

  override delete(runId: string): boolean {
    const run = this.get(runId);
    if (run === undefined) return false;
    this.#size -= run.size;
    this.#count(run, -1);
    return super.delete(runId);
  }

  /** An event has been added to the run. */
  grow(run: LiveRun, size: number): void {
    run.size += size;
    if (this.get(run.runId) === run) this.#size += size;
  }

  #count({ facts: { workspace } }: LiveRun, change: 1 | -1): void {
    const count = (this.#perWorkspace.get(workspace) ?? 0) + change;
    if (count > 0) this.#perWorkspace.set(workspace, count);
    else this.#perWorkspace.delete(workspace);
  }
}
