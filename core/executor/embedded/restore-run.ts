import { raise } from '../../errors/catalogue.ts';
import type { Journal, StoredRun } from '../journal/journal.ts';
import type { Command } from '../scheduler/command.ts';
import { openCommands } from '../scheduler/open-commands.ts';
import { reduce } from '../scheduler/reduce.ts';
import type { DefinitionCache } from './definition-cache.ts';
import { type LiveRun, newLiveRun } from './live-run.ts';
import { readSnapshot } from './snapshot.ts';
import { storedEvents } from './stored-record.ts';

export interface RestoredRun {
  readonly run: LiveRun;
  /** What nothing has answered yet. */
  readonly commands: readonly Command[];
}

/** A running run where the journal has it: its newest snapshot, if there is one, and the events after that. */
export async function restoreRun(
  stored: StoredRun,
  { journal, definitions }: { readonly journal: Journal; readonly definitions: DefinitionCache },
): Promise<RestoredRun> {
  const graph = await definitions.graph(stored.definitionHash, (hash) => journal.definition(hash));
  const run = newLiveRun(stored.runId, stored, graph);
  const snapshot = readSnapshot(stored.runId, await journal.snapshot(stored.runId));
  if (snapshot !== undefined) {
    Object.assign(run.state, snapshot.state);
    run.appended = snapshot.seq;
    run.size = snapshot.size;
    run.snapshot = { size: snapshot.length, at: snapshot.size, pending: false };
  }
  for await (const { event, size } of storedEvents(journal, stored.runId, run.appended)) {
    if ((run.appended === 0) !== (event.type === 'RunStarted'))
      throw raise.RUN_JOURNAL_CORRUPT({ cause: 'it does not begin with the start' });
    fold(run, event);
    run.appended++;
    run.size += size;
  }
  if (run.state.status !== 'running')
    throw raise.RUN_JOURNAL_CORRUPT({ cause: `its events end as "${run.state.status}", its entry does not` });
  run.durable = run.appended;
  if (stored.wakeAt !== undefined) run.wakeAt = stored.wakeAt;
  return { run, commands: openCommands(graph, run.state) };
}

function fold(run: LiveRun, event: Parameters<typeof reduce>[2]): void {
  try {
    reduce(run.graph, run.state, event);
  } catch (cause) {
    throw raise.RUN_JOURNAL_CORRUPT(
      { cause: `the scheduler does not take its records: ${(cause as Error).message}` },
      { cause },
    );
  }
}
