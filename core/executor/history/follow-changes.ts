import { setTimeout as pause } from 'node:timers/promises';
import type { RunChange } from './run-table.ts';

/** Commits of other hosts may become visible so much later than the times in them say. */
const LAG_MS = 3_000;
const LIMIT = 10_000;

export interface FollowOptions {
  /** Epoch milliseconds: changes before it are not told. */
  readonly since: number;
  readonly signal: AbortSignal;
  /** Between two looks at the table; milliseconds. */
  readonly pauseMs: number;
}

/** Where starts and ends of runs stand: {@link RunTable.changes} of a workspace. */
export interface ChangeSource {
  changes(since: number, limit: number): Promise<readonly RunChange[]>;
}

/** Starts and ends of runs as they happen, each once. Looks at the table again and again: runs of every host stand there. */
export async function* followChanges(
  table: ChangeSource,
  { since, signal, pauseMs }: FollowOptions,
): AsyncGenerator<RunChange> {
  const told = new Map<string, number>();
  for (let from = since; !signal.aborted; ) {
    const changes = await table.changes(from, LIMIT);
    for (const change of changes) {
      const name = `${change.type} ${change.runId}`;
      if (change.at < since || told.has(name)) continue;
      told.set(name, change.at);
      yield change;
      if (signal.aborted) return;
    }
    const newest = changes.at(-1)?.at ?? from;
    if (changes.length === LIMIT) from = Math.max(newest, from + 1);
    else {
      from = Math.max(from, newest - LAG_MS);
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    for (const [name, at] of told) if (at < from) told.delete(name);
  }
}
