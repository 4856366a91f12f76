import { raise } from '../../errors/catalogue.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import type { Engine, RerunRequest, RunHandle, RunRequest } from '../engine.ts';
import type { InteractionFilter } from '../interaction-record.ts';
import type { RunListQuery } from '../run-filter.ts';
import type { InteractionAnswer } from '../scheduler/interaction-state.ts';
import type { EdgeCounters } from './edge-counters.ts';
import type { EngineOfJournal } from './engine-of-journal.ts';
import { within } from './within.ts';

export interface EngineWithEdgeOptions {
  readonly durable: EngineOfJournal;
  /** On a journal that keeps nothing. */
  readonly edge: EngineOfJournal;
  readonly shutdownMs: number;
  readonly counters?: EdgeCounters | undefined;
}

/** Two engines behind one door: runs whose workflow says `durability: none` go to the one that keeps nothing. */
export class EngineWithEdge implements Engine {
  readonly #options: EngineWithEdgeOptions;
  #stopping = false;

  constructor(options: EngineWithEdgeOptions) {
    this.#options = options;
  }

  async start(request: RunRequest): Promise<RunHandle> {
    if (this.#stopping) throw raise.ENGINE_STOPPING(undefined);
    const { durable, edge, counters } = this.#options;
    if (!keepsNothing(request)) return durable.start(request);
    const { workflow, idempotencyKey } = request;
    if (idempotencyKey !== undefined) throw raise.RUN_IDEMPOTENCY_NOT_KEPT({ workflow });
    const handle = await edge.start(request);
    counters?.edgeRunStarted(workflow);
    return handle;
  }

  result(runId: string, signal?: AbortSignal) {
    return this.#of(runId).result(runId, signal);
  }

  outcome(runId: string, signal?: AbortSignal) {
    return this.#of(runId).outcome(runId, signal);
  }

  cancel(runId: string, reason: string) {
    return this.#of(runId).cancel(runId, reason);
  }

  terminate(runId: string, reason: string) {
    return this.#of(runId).terminate(runId, reason);
  }

  pause(runId: string, reason: string) {
    return this.#of(runId).pause(runId, reason);
  }

  resume(runId: string) {
    return this.#of(runId).resume(runId);
  }

  rerun(runId: string, request?: RerunRequest) {
    return this.#of(runId).rerun(runId, request);
  }

  remove(runId: string) {
    return this.#options.durable.remove(runId);
  }

  removeEnded(runIds: readonly string[]) {
    return this.#options.durable.removeEnded(runIds);
  }

  get(runId: string) {
    return this.#of(runId).get(runId);
  }

  workspaceOf(runId: string) {
    return this.#of(runId).workspaceOf(runId);
  }

  list(query: RunListQuery) {
    return this.#options.durable.list(query);
  }

  events(runId: string, after: number, signal: AbortSignal) {
    return this.#options.durable.events(runId, after, signal);
  }

  leads(key: string) {
    return this.#options.durable.leads(key);
  }

  hosts() {
    return this.#options.durable.hosts();
  }

  interaction(id: string) {
    return this.#options.durable.interaction(id);
  }

  interactions(filter: InteractionFilter) {
    return this.#options.durable.interactions(filter);
  }

  answer(id: string, answer: InteractionAnswer) {
    return this.#options.durable.answer(id, answer);
  }

  /** Runs that no later host could go on with are let to their end first, as far as the time allows. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    const { durable, edge, shutdownMs } = this.#options;
    const open = [...edge.machine.live.keys()].map((runId) => edge.result(runId));
    if (open.length > 0) await within(shutdownMs, Promise.allSettled(open));
    await edge[Symbol.asyncDispose]();
    await durable[Symbol.asyncDispose]();
  }

  #of(runId: string): EngineOfJournal {
    const { durable, edge } = this.#options;
    return edge.knows(runId) ? edge : durable;
  }
}

/** A run belongs to the engine of the one that asked for it, whatever its own workflow says; only new ones are asked here. */
function keepsNothing({ definition }: RunRequest): boolean {
  return (definition as WorkflowDefinition).config.durability === 'none';
}
