import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Graph } from '../../workflow/graph.ts';
import type { DefinitionCache } from '../embedded/definition-cache.ts';
import { storedEvents } from '../embedded/stored-record.ts';
import type { Engine, RunRecord } from '../engine.ts';
import type { Journal, StoredRun } from '../journal/journal.ts';
import { type AttemptPage, type AttemptQuery, attemptPage } from './attempt-page.ts';
import { AttemptTrace, type TracedAttempt } from './attempt-trace.ts';
import { detailsOf } from './details-of.ts';
import type { DetailsQuery, RunDetails } from './run-details.ts';

/** What runs did, step by step, as the journal tells it. Reads all events of a run: nothing that runs themselves wait for. */
export interface RunHistory {
  details(runId: string, query: DetailsQuery): Promise<RunDetails | undefined>;
  /** In the order in which they ended, running ones last. Throws RUN_NOT_FOUND and STORAGE_CURSOR_INVALID. */
  attempts(runId: string, query: AttemptQuery): Promise<AttemptPage>;
}

export interface RunHistoryOptions {
  readonly engine: Pick<Engine, 'get'>;
  readonly journal: Pick<Journal, 'run' | 'events' | 'payload' | 'definition'>;
  readonly definitions: DefinitionCache;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createRunHistory(options: RunHistoryOptions): RunHistory {
  return {
    async details(runId, query) {
      const record = await options.engine.get(runId);
      if (record === undefined) return undefined;
      return detailsOf(record, await attemptsOf(options, record), query, options.now());
    },
    async attempts(runId, query) {
      const record = await options.engine.get(runId);
      if (record === undefined) throw raise.RUN_NOT_FOUND({ runId });
      return attemptPage(await attemptsOf(options, record), query);
    },
  };
}

/** The attempts of a run; of what cannot be read, nothing. */
async function attemptsOf(options: RunHistoryOptions, record: RunRecord): Promise<AsyncIterable<TracedAttempt>> {
  const stored = await options.journal.run(record.runId);
  if (stored === undefined) return nothing();
  return traced(options, stored, await graphOf(options, stored), record.endedAt);
}

async function* nothing(): AsyncGenerator<TracedAttempt> {}

async function* traced(
  { journal }: RunHistoryOptions,
  { runId }: StoredRun,
  graph: Graph | undefined,
  endedAt: string | undefined,
): AsyncGenerator<TracedAttempt> {
  const trace = new AttemptTrace(graph);
  try {
    for await (const { event } of storedEvents(journal, runId)) yield* trace.feed(event);
  } catch (error) {
    if (!unreadable(error)) throw error;
  }
  yield* trace.rest(endedAt === undefined ? undefined : Date.parse(endedAt));
}

async function graphOf({ journal, definitions }: RunHistoryOptions, run: StoredRun): Promise<Graph | undefined> {
  try {
    return await definitions.graph(run.definitionHash, (hash) => journal.definition(hash));
  } catch (error) {
    if (!unreadable(error)) throw error;
    return undefined;
  }
}

function unreadable(error: unknown): boolean {
  return BackplaneError.is(error) && error.code.startsWith('RUN_');
}
