import { BackplaneError, type ErrorRecord, parseJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Graph } from '../../workflow/graph.ts';
import type { RunRecord, RunSummary } from '../engine.ts';
import type { Journal, StoredRun } from '../journal/journal.ts';
import { foldEvents, runRecord } from '../run-record.ts';
import type { RunEvent } from '../scheduler/event.ts';
import type { DefinitionCache } from './definition-cache.ts';
import { decodeEvent } from './encode-event.ts';

const PAGE = 500;

/**
 * All events of a run after sequence `after`, as the journal has them, with the size of their JSON. Throws RUN_JOURNAL_CORRUPT, also
 * for a gap, and RUN_PAYLOAD_LOST.
 */
export async function* storedEvents(
  journal: Pick<Journal, 'events' | 'payload'>,
  runId: string,
  after = 0,
): AsyncGenerator<{ readonly event: RunEvent; readonly size: number }> {
  for (let last = after; ; ) {
    const page = await journal.events(runId, last, PAGE);
    for (const stored of page) {
      const { seq } = stored;
      if (seq !== last + 1) throw raise.RUN_JOURNAL_CORRUPT({ cause: `record ${last + 1} is missing` });
      const body = await journal.payload(stored);
      yield { event: decodeEvent(body, seq), size: body.length };
      last = seq;
    }
    if (page.length < PAGE) return;
  }
}

/** A run that is not live any more, from its row and its events. What cannot be read any more is left out. */
export async function storedRecord(journal: Journal, definitions: DefinitionCache, run: StoredRun): Promise<RunRecord> {
  const events: RunEvent[] = [];
  let graph: Graph | undefined;
  try {
    graph = await definitions.graph(run.definitionHash, (hash) => journal.definition(hash));
    for await (const { event } of storedEvents(journal, run.runId)) events.push(event);
  } catch (error) {
    if (!BackplaneError.is(error) || !error.code.startsWith('RUN_')) throw error;
  }
  const first = events[0];
  const summary = summaryOf(run);
  const bare = { ...summary, trigger: first?.type === 'RunStarted' ? first.trigger : null, steps: {} };
  if (graph === undefined || first?.type !== 'RunStarted') return bare;
  try {
    return { ...runRecord(graph, foldEvents(graph, events), run), ...summary };
  } catch {
    // The very events that made the host give the run up.
    return bare;
  }
}

export function summaryOf({
  runId,
  workflow,
  version,
  status,
  triggerType,
  startedAt,
  endedAt,
  error,
  parent,
  origin,
}: StoredRun): RunSummary {
  return {
    runId,
    workflow,
    version,
    status,
    triggerType,
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
    ...(error !== undefined && { error: parseJson(error) as ErrorRecord }),
    ...(parent !== undefined && { parentRunId: parent.runId }),
    ...(origin !== undefined && { origin }),
  };
}
