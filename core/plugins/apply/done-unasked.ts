import type { AppliedChange } from '../plugin-host.ts';

/** How long what was done by itself answers somebody who asks for just that. */
const COUNTS_MS = 10_000;

/**
 * What a host did a moment ago because a file or another host said so. Who changes config/plugins.yaml and then asks for this change may
 * come after that, and is told what became of it all the same.
 */
export class DoneUnasked {
  readonly #done = new Map<string, { readonly change: AppliedChange; readonly at: number }>();

  note(changes: readonly AppliedChange[]): void {
    for (const change of changes)
      if (change.outcome === 'done') this.#done.set(change.id, { change, at: performance.now() });
  }

  /** What to tell who asked for changes of `only` these plugins; what was done for them before is told once. Absent: of whatever is wanted. */
  told(changes: readonly AppliedChange[], only: readonly string[] | undefined): readonly AppliedChange[] {
    if (only === undefined) {
      this.note(changes);
      return changes;
    }
    const since = performance.now() - COUNTS_MS;
    const before = only.flatMap((id) => this.#done.get(id) ?? []).filter(({ at }) => at >= since);
    for (const id of only) this.#done.delete(id);
    const changed = new Set(changes.map(({ id }) => id));
    return [...before.map(({ change }) => change).filter(({ id }) => !changed.has(id)), ...changes];
  }
}
