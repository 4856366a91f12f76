import { randomUUIDv7 } from 'node:crypto';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { RunRequest } from '../engine.ts';
import type { JournalWrite } from '../journal/journal.ts';
import type { Command } from '../scheduler/command.ts';
import type { RunStarted } from '../scheduler/event.ts';
import type { Clock } from './clock.ts';
import type { DefinitionCache } from './definition-cache.ts';
import { encodeEvent } from './encode-event.ts';
import { type LiveRun, newLiveRun } from './live-run.ts';
import { type ReduceLog, reduceEvent } from './reduce-event.ts';
import type { Placement } from './run-limits.ts';

/** A first event that has been reduced and not yet been appended. */
export interface Prepared {
  readonly run: LiveRun;
  readonly write: JournalWrite;
  readonly commands: readonly Command[];
}

/** What tells a new run apart; without an id it gets a new one. */
export interface Identity {
  readonly runId?: string;
  readonly key?: { readonly text: string; readonly expiresAt: number };
  readonly placement?: Placement;
}

export interface PreparationOptions {
  readonly definitions: DefinitionCache;
  readonly clock: Clock;
  readonly log: ReduceLog;
  /** Characters of one event. */
  readonly maxEventSize: number;
}

/** A new run at its first event. Throws RUN_PAYLOAD_TOO_LARGE, RUN_NOT_JSON, RUN_DEFINITION_UNUSABLE or RUN_ENGINE_FAULT. */
export function prepareRun(
  { definitions, clock, log, maxEventSize }: PreparationOptions,
  request: RunRequest,
  vars: unknown,
  { runId = randomUUIDv7(), key, placement = {} }: Identity = {},
): Prepared {
  const { workflow, version, triggerType, parent, origin } = request;
  const { hash, text, graph } = definitions.plan(request.definition);
  const event = { ...startEvent(request, vars, runId, clock.now()), ...placement };
  const body = encodeEvent(
    event,
    request.kept === undefined ? 'The input' : 'The input with the results kept',
    maxEventSize,
  );
  const run = newLiveRun(runId, request, graph);
  const commands = reduceEvent(run, event, log);
  run.appended = 1;
  run.size = body.length;
  const start = {
    workspace: run.facts.workspace,
    workflow,
    version,
    definitionHash: hash,
    definition: text,
    triggerType,
    startedAt: event.at,
    ...(key !== undefined && { key }),
    ...(parent !== undefined && { parent }),
    ...(origin !== undefined && { origin }),
  };
  return { run, commands, write: { runId, start, event: { seq: 1, body } } };
}

function startEvent(request: RunRequest, vars: unknown, runId: string, at: number): RunStarted {
  const { workflow, version, trigger, triggerType, environment, workspace, correlationId } = request;
  const { callers, timeAnchor, timeoutMs, origin, kept } = request;
  return {
    type: 'RunStarted',
    at,
    runId,
    trigger: trigger ?? null,
    triggerType,
    env: {
      workflow_id: workflow,
      workflow_version: version,
      ...(correlationId !== undefined && { correlation_id: correlationId }),
    },
    ...(workspace !== undefined && workspace !== DEFAULT_WORKSPACE && { workspace }),
    ...(environment !== undefined && { environment }),
    ...(vars !== undefined && { vars }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(timeAnchor !== undefined && { timeAnchor }),
    ...(callers !== undefined && { callers }),
    ...(origin !== undefined && { origin }),
    ...(kept !== undefined && { kept }),
  };
}
