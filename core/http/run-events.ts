import type { Request, Response } from 'express';

import type { KeptSteps, RunEvent } from '../executor/scheduler/event.ts';
import { MASK } from '../executor/secret-mask.ts';
import type { WorkspaceRuns } from '../executor/workspace-runs.ts';
import { openEventStream } from './event-stream.ts';

/** Streams a run's events until it ends or the client leaves. */
export async function sendRunEvents(
  runs: WorkspaceRuns,
  runId: string,
  request: Request,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  using stream = openEventStream(response, signal);
  const after = Number(request.get('last-event-id') ?? 0);
  for await (const { seq, event } of runs.events(runId, Number.isSafeInteger(after) ? after : 0, signal))
    await stream.send(event.type, shown(event), seq);
  if (!signal.aborted) await stream.send('end', {});
}

/** What `mask_output` hides is in the journal for the expressions of the run alone; results of an earlier run are in its record. */
function shown(event: RunEvent): RunEvent {
  if (event.type === 'RunStarted' && event.kept !== undefined) return { ...event, kept: withoutResults(event.kept) };
  return 'masked' in event && event.masked === true && 'result' in event ? { ...event, result: MASK } : event;
}

function withoutResults(kept: KeptSteps): KeptSteps {
  return Object.fromEntries(Object.entries(kept).map(([ref, { result: _, ...step }]) => [ref, step]));
}
