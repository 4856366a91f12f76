import type { LiveRun } from './live-run.ts';

const NOBODY: readonly string[] = [];

/** The sleeping runs that the end of this one concerns: the one that waits for it, and those that it waited for. */
export function concernedSleepers(run: LiveRun, live: ReadonlyMap<string, LiveRun>): readonly string[] {
  if (run.parent === undefined && run.children.size === 0) return NOBODY;
  const { runId: parent, seq } = run.parent ?? {};
  const asked = [...run.children.values()];
  if (parent !== undefined && seq !== undefined) asked.push(parent);
  return asked.filter((runId) => {
    const other = live.get(runId);
    return other === undefined || other.wakeAt !== undefined;
  });
}
