import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Engine, RunFilter, RunHandle, RunRecord, RunRequest } from '../engine.ts';
import type { FailRun, StartChild } from '../scheduler/command.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { childRequest } from './child-request.ts';
import type { Clock } from './clock.ts';
import type { DefinitionCache } from './definition-cache.ts';
import type { EmbeddedEngineOptions, EngineLimits } from './engine-options.ts';
import { followEvents } from './follow-events.ts';
import { handlerRequest } from './handler-request.ts';
import { type LiveRun, recordOf } from './live-run.ts';
import { RecentRuns } from './recent-runs.ts';
import { RunMachine } from './run-machine.ts';
import { storedRecord, summaryOf } from './stored-record.ts';

interface Options extends EmbeddedEngineOptions {
  readonly limits: EngineLimits;
  readonly clock: Clock;
  readonly definitions: DefinitionCache;
}

const KEY_LIFE_MS = 86_400_000;
const RETRY_AFTER_MS = 1_000;
const SUBFLOW_ALLOWANCE = 2;
const KEY = /^[\x20-\x7e\u00a0-\uffff]{1,255}$/;

/** The engine's door: accepts runs, answers questions about them, and knows when to say no. */
export class EngineOfJournal implements Engine {
  readonly machine: RunMachine;
  readonly #options: Options;
  readonly #recent = new RecentRuns();
  /** Starts with an idempotency key that are under way. */
  readonly #keyed = new Map<string, Promise<RunHandle>>();
  #recovery: Promise<void> = Promise.resolve();
  /** Why nothing is accepted any more. */
  #closed: BackplaneError | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { limits, onRunEnded } = options;
    this.machine = new RunMachine({
      ...options,
      ...limits,
      handlerFor: (run, failure) => this.#handlerFor(run, failure),
      childFor: (parent, command) => this.#childFor(parent, command),
      onLost: (error) => this.#lost(error),
      onEnded: (run, status) => {
        if (run.state.status !== 'new') this.#recent.add(run);
        const ended = run.fault?.at ?? run.state.endedAt ?? run.state.now;
        onRunEnded?.(status, (ended - run.state.startedAt) / 1000);
      },
    });
  }

  get stopped(): boolean {
    return this.#closed !== undefined;
  }

  recovering(work: Promise<void>): void {
    this.#recovery = work.catch((error: Error) => {
      if (!this.stopped)
        this.#options.log.error('Recovery stopped; the runs it has not reached go on at the next start', {
          cause: error.message,
        });
    });
  }

  async start(request: RunRequest): Promise<RunHandle> {
    this.#refuseWhenFull();
    if (request.idempotencyKey !== undefined) return this.#startOnce(request, request.idempotencyKey);
    return { runId: await this.machine.begin(request, await this.#variables(request)), existing: false };
  }

  async result(runId: string, signal?: AbortSignal): Promise<RunRecord> {
    const run = await this.#find(runId);
    if (run !== undefined) await untilGone(run, signal);
    if (run?.left !== undefined) throw run.left;
    const record = run === undefined ? await this.get(runId) : recordOf(run);
    if (record === undefined) throw raise.RUN_NOT_FOUND({ runId });
    if (record.status === 'running') throw this.#closed ?? raise.ENGINE_STOPPING(undefined);
    return record;
  }

  async cancel(runId: string, reason: string): Promise<void> {
    const run = await this.#find(runId);
    if (run === undefined) {
      if ((await this.get(runId)) === undefined) throw raise.RUN_NOT_FOUND({ runId });
      return;
    }
    await this.machine.apply(run, { type: 'CancelRequested', at: this.#options.clock.now(), reason });
    await run.tail;
  }

  async get(runId: string): Promise<RunRecord | undefined> {
    const run = await this.#find(runId);
    if (run !== undefined) {
      const record = recordOf(run);
      await run.tail;
      return record;
    }
    const recent = this.#recent.record(runId);
    if (recent !== undefined) return recent;
    const { journal, definitions } = this.#options;
    const stored = await journal.run(runId);
    return stored === undefined ? undefined : storedRecord(journal, definitions, stored);
  }

  async list(filter: RunFilter) {
    const { items, nextCursor } = await this.#options.journal.list(filter);
    return { items: items.map(summaryOf), ...(nextCursor !== undefined && { nextCursor }) };
  }

  async *events(
    runId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly seq: number; readonly event: RunEvent }> {
    const { journal } = this.#options;
    const run = await this.#find(runId);
    if (run === undefined && (await journal.run(runId)) === undefined) throw raise.RUN_NOT_FOUND({ runId });
    const liveRun = () => (run?.left !== undefined ? run : this.machine.live.get(runId));
    yield* followEvents(journal, runId, after, signal, liveRun);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= raise.ENGINE_STOPPING(undefined);
    await this.#recovery;
    await this.machine.drain(this.#options.limits.shutdownMs);
    await this.#options.journal[Symbol.asyncDispose]();
    this.machine.halt(this.#closed);
  }

  #refuseWhenFull(): void {
    if (this.#closed !== undefined) throw this.#closed;
    const { journal, limits } = this.#options;
    const open = this.machine.live.size;
    if (open < limits.maxOpenRuns && !journal.full) return;
    throw raise.RUN_BACKPRESSURE({ open, queued: journal.queued }, { retryAfterMs: RETRY_AFTER_MS });
  }

  /** One run for all that come with the same key. As only this process writes, what is under way and what is stored is all there is. */
  #startOnce(request: RunRequest, text: string): Promise<RunHandle> {
    if (!KEY.test(text)) throw raise.RUN_IDEMPOTENCY_KEY_INVALID({ problem: describeKey(text) });
    const name = JSON.stringify([request.workflow, text]);
    const underWay = this.#keyed.get(name);
    if (underWay !== undefined) return underWay.then(({ runId }) => ({ runId, existing: true }));
    const begun = this.#beginKeyed(request, text).finally(() => this.#keyed.delete(name));
    this.#keyed.set(name, begun);
    return begun;
  }

  async #beginKeyed(request: RunRequest, text: string): Promise<RunHandle> {
    const now = this.#options.clock.now();
    const known = await this.#options.journal.runByKey(request.workflow, text, now);
    if (known !== undefined) return { runId: known, existing: true };
    const runId = await this.machine.begin(request, await this.#variables(request), {
      text,
      expiresAt: now + KEY_LIFE_MS,
    });
    return { runId, existing: false };
  }

  #variables({ environment }: RunRequest): unknown {
    return this.#options.variables?.resolve(environment ?? 'default');
  }

  /** The run while it is live, waiting for recovery if it may be among those still to come. */
  async #find(runId: string): Promise<LiveRun | undefined> {
    const run = this.machine.live.get(runId);
    if (run !== undefined) return run;
    if (this.#recent.has(runId)) return undefined;
    await this.#recovery;
    return this.machine.live.get(runId);
  }

  async #handlerFor(run: LiveRun, failure: FailRun) {
    const { workflows, runUrl, log } = this.#options;
    const alias = run.graph.errorHandler!;
    const handler = await workflows.resolve(alias);
    if (handler === undefined) {
      log.error('The error handler does not exist', { run: run.runId, handler: alias });
      return undefined;
    }
    const request = handlerRequest(run, failure, handler, runUrl?.(run.runId) ?? null);
    return { request, vars: await this.#variables(request) };
  }

  /** Subflows may go beyond the limit that the door keeps: those that wait for them could not end otherwise. */
  async #childFor(parent: LiveRun, command: StartChild) {
    const { workflows, limits, journal } = this.#options;
    const open = this.machine.live.size + this.machine.children.starting;
    if (open > limits.maxOpenRuns * SUBFLOW_ALLOWANCE) {
      throw raise.RUN_BACKPRESSURE({ open, queued: journal.queued }, { retryAfterMs: RETRY_AFTER_MS });
    }
    const request = await childRequest(parent, command, workflows);
    return { request, vars: await this.#variables(request) };
  }

  #lost(error: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = BackplaneError.is(error) ? error : raise.ENGINE_STOPPING(undefined, { cause: error });
    this.#options.log.error('The engine has stopped', { cause: error.message });
    this.machine.halt(this.#closed);
  }
}

/** Resolves when the run's end is durable or it has left the engine. Rejects when the caller goes away. */
function untilGone(run: LiveRun, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const leave = () => {
      run.watchers.delete(look);
      signal?.removeEventListener('abort', aborted);
    };
    const look = () => {
      if (!run.gone) return;
      leave();
      resolve();
    };
    const aborted = () => {
      leave();
      reject(signal!.reason);
    };
    run.watchers.add(look);
    signal?.addEventListener('abort', aborted, { once: true });
    look();
  });
}

function describeKey(text: string): string {
  return text.length === 0 || text.length > 255
    ? `has ${text.length} characters`
    : 'holds characters that cannot be printed';
}
