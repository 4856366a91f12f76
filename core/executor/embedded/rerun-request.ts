import { BackplaneError, parseJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { prepareTrigger } from '../../workflow/prepare-trigger.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import type { PinnedDefinition, RerunRequest, RunRequest } from '../engine.ts';
import type { Journal, StoredRun } from '../journal/journal.ts';
import { keptSteps } from '../kept-steps.ts';
import { foldEvents } from '../run-record.ts';
import type { KeptSteps, RunEvent, RunOrigin, RunStarted } from '../scheduler/event.ts';
import type { DefinitionCache } from './definition-cache.ts';
import type { CallableWorkflows } from './engine-options.ts';
import { storedEvents } from './stored-record.ts';

export interface RerunOptions {
  readonly journal: Journal;
  readonly definitions: DefinitionCache;
  readonly workflows: CallableWorkflows;
}

/** The run that repeats another one. Throws what `Engine.rerun` says. */
export async function rerunRequest(runId: string, asked: RerunRequest, options: RerunOptions): Promise<RunRequest> {
  const { from, version = 'same', idempotencyKey, correlationId } = asked;
  const old = await options.journal.run(runId);
  if (old === undefined) throw raise.RUN_NOT_FOUND({ runId });
  if (from !== undefined && old.status === 'running') throw raise.RUN_RERUN_UNFINISHED({ runId });
  if (from === 'failed' && old.status === 'completed') throw raise.RUN_RERUN_NOTHING_FAILED({ runId });
  const started = await startOf(old, options);
  const pinned = version === 'same' ? await pinnedOf(old, options) : await newest(old, options);
  const kept = from === undefined ? undefined : await keptOf(old, pinned, from, options);
  const { workspace, environment, timeAnchor } = started;
  return {
    ...pinned,
    trigger: triggerOf(started, pinned, asked),
    triggerType: started.triggerType as RunRequest['triggerType'],
    origin: originOf(runId, asked),
    ...(kept !== undefined && { kept }),
    ...(workspace !== undefined && { workspace }),
    ...(environment !== undefined && { environment }),
    ...(timeAnchor !== undefined && { timeAnchor }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

function originOf(runId: string, { from, reason }: RerunRequest): RunOrigin {
  return {
    runId,
    kind: from === undefined ? 'replay' : from === 'failed' ? 'retry' : 'rerun',
    ...(from !== undefined && from !== 'failed' && { from: from.ref }),
    ...(reason !== undefined && { reason }),
  };
}

/** The input of the old run has passed the check of its own definition already. */
function triggerOf(
  { trigger }: RunStarted,
  { definition }: PinnedDefinition,
  { input, version }: RerunRequest,
): unknown {
  if (input === undefined && version !== 'latest') return trigger;
  return prepareTrigger(definition as WorkflowDefinition, input === undefined ? trigger : input);
}

async function pinnedOf(old: StoredRun, { journal }: RerunOptions): Promise<PinnedDefinition> {
  const { workflow, version, definitionHash } = old;
  const text = await journal.definition(definitionHash);
  if (text === undefined) throw gone(old, 'its definition is not kept any more');
  return { workflow, version, definition: parseJson(text) };
}

async function newest(old: StoredRun, { workflows }: RerunOptions): Promise<PinnedDefinition> {
  const found = await workflows.resolve(old.workflow, undefined, old.workspace);
  if (found === undefined) throw gone(old, 'its workflow does not exist any more');
  return found;
}

async function startOf(old: StoredRun, { journal }: RerunOptions): Promise<RunStarted> {
  for await (const event of eventsOf(old, journal)) if (event.type === 'RunStarted') return event;
  throw gone(old, 'its events are not kept any more');
}

async function keptOf(
  old: StoredRun,
  { definition }: PinnedDefinition,
  from: NonNullable<RerunRequest['from']>,
  { journal, definitions }: RerunOptions,
): Promise<KeptSteps> {
  const events: RunEvent[] = [];
  for await (const event of eventsOf(old, journal)) events.push(event);
  const { graph: planned, hash } = definitions.plan(definition);
  const graph = await definitions
    .graph(old.definitionHash, (wanted) => journal.definition(wanted))
    .catch((error: Error) => Promise.reject(gone(old, error.message)));
  const state = foldEvents(graph, events);
  return keptSteps({ graph, state }, hash === old.definitionHash ? graph : planned, from);
}

async function* eventsOf(old: StoredRun, journal: Journal): AsyncGenerator<RunEvent> {
  try {
    for await (const { event } of storedEvents(journal, old.runId)) yield event;
  } catch (error) {
    if (BackplaneError.is(error) && error.code === 'RUN_JOURNAL_CORRUPT') throw gone(old, 'its records are damaged');
    throw error;
  }
}

function gone({ runId }: StoredRun, cause: string): BackplaneError {
  return raise.RUN_RERUN_GONE({ runId, cause });
}
