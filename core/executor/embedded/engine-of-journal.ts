import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { Engine, HostInfo, RerunRequest, RunHandle, RunOutcome, RunRecord, RunRequest } from '../engine.ts';
import { newRunId, shardOfKey } from '../hosts/shard.ts';
import type { InteractionFilter } from '../interaction-record.ts';
import type { RunListQuery } from '../run-filter.ts';
import type { FailRun, StartChild } from '../scheduler/command.ts';
import type { Request, RunEvent } from '../scheduler/event.ts';
import type { InteractionAnswer } from '../scheduler/interaction-state.ts';
import { childRequest } from './child-request.ts';
import type { Clock } from './clock.ts';
import type { DefinitionCache } from './definition-cache.ts';
import { EndWatch } from './end-watch.ts';
import { endedNews } from './ended-news.ts';
import type { EmbeddedEngineOptions, EngineLimits } from './engine-options.ts';
import { followEvents } from './follow-events.ts';
import { handlerRequest } from './handler-request.ts';
import { Interactions } from './interactions.ts';
import { KeyedStarts } from './keyed-starts.ts';
import { type LiveRun, recordOf } from './live-run.ts';
import type { LiveRuns } from './live-runs.ts';
import { loneHost } from './lone-host.ts';
import { OwnedShards } from './owned-shards.ts';
import type { Identity } from './prepare-run.ts';
import { RecentRuns } from './recent-runs.ts';
import { wakeRun } from './recover-runs.ts';
import { removeRun } from './remove-run.ts';
import { rerunRequest } from './rerun-request.ts';
import { pauseRun, type RunControl, resumeRun, terminateRun } from './run-control.ts';
import { RunMachine } from './run-machine.ts';
import { Sleepers } from './sleepers.ts';
import { storedRecord, summaryOf } from './stored-record.ts';
import { untilGone } from './until-gone.ts';

interface Options extends EmbeddedEngineOptions {
  readonly limits: EngineLimits;
  readonly clock: Clock;
  readonly definitions: DefinitionCache;
  /** Unfinished runs elsewhere that count towards `maxOpenRuns` and the limit of their workspace. */
  readonly alsoOpen?: () => LiveRuns;
  /** How many ended runs are kept at hand. */
  readonly recentRuns?: number;
  /** Takes over the start of error handlers: they are not to be part of what this engine keeps. */
  readonly startHandler?: (request: RunRequest) => Promise<unknown>;
}

const RECENT_RUNS = 1_000;
const RETRY_AFTER_MS = 1_000;
const SHARE_LOOK_MS = 100;
const SUBFLOW_ALLOWANCE = 2;

/** The engine's door: accepts runs, answers questions about them, and knows when to say no. */
export class EngineOfJournal implements Engine {
  readonly machine: RunMachine;
  readonly #sleepers: Sleepers;
  readonly #options: Options;
  readonly #recent: RecentRuns;
  readonly #control: RunControl;
  readonly #keyed: KeyedStarts;
  readonly #interactions: Interactions;
  readonly #shards: OwnedShards;
  readonly #elsewhere: EndWatch;
  readonly #began = Date.now();
  /** Why nothing is accepted any more. */
  #closed: BackplaneError | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { limits, onRunEnded, noticesOf, recentRuns = RECENT_RUNS, ...others } = options;
    const { journal, clock } = others;
    this.#recent = new RecentRuns(recentRuns);
    this.#control = {
      now: () => clock.now(),
      tell: (runId, event) => this.#tell(runId, event),
      read: (runId) => this.#read(runId),
      unfinishedChildren: (runId, which) => journal.unfinishedChildren(runId, which),
    };
    this.#interactions = new Interactions({
      ...options,
      run: (runId) => this.get(runId),
      tell: (runId, event) => this.#tell(runId, event),
    });
    this.#keyed = new KeyedStarts({ journal, clock, begin: (request, key) => this.#begin(request, { key }) });
    this.machine = new RunMachine({
      ...others,
      ...limits,
      ...(noticesOf !== undefined && { noticesOf: (run: LiveRun) => noticesOf(endedNews(run)) }),
      handlerFor: (run, failure) => this.#handlerFor(run, failure),
      childFor: (parent, command) => this.#childFor(parent, command),
      wake: (runId) => this.#wake(runId),
      goesOn: async (runId) => (await journal.run(runId))?.status === 'running',
      onEnded: (run, status) => {
        if (run.state.status !== 'new') this.#recent.add(run);
        const ended = run.fault?.at ?? run.state.endedAt ?? run.state.now;
        onRunEnded?.(status, (ended - run.state.startedAt) / 1000, run.facts.workflow);
      },
    });
    this.#shards = new OwnedShards({
      ...options,
      machine: this.machine,
      stopped: () => this.#closed !== undefined,
      wake: (runId) => this.#wake(runId),
    });
    this.#elsewhere = new EndWatch(async (runIds) => (await journal.cluster?.ended(runIds)) ?? []);
    this.#sleepers = new Sleepers({
      ...options,
      live: this.machine.live,
      sleepAfterMs: limits.hibernateAfterMs,
      shards: () => this.#shards.owned(),
      load: (runId) => this.#load(runId),
      rest: (run) => this.machine.rest(run),
      full: () => this.#isFull(),
    });
  }

  /** True for a run that is live or has ended a short while ago. */
  knows(runId: string): boolean {
    return this.machine.live.has(runId) || this.#recent.has(runId);
  }

  /** Takes on this host's share of the runs. */
  async open(): Promise<void> {
    await this.#shards.join();
    this.#sleepers.start();
  }

  async start(request: RunRequest): Promise<RunHandle> {
    this.#refuseWhenFull(request.workspace);
    await this.#knowOthers(request);
    if (request.idempotencyKey !== undefined) return this.#keyed.start(request, request.idempotencyKey);
    return { runId: await this.#begin(request), existing: false };
  }

  async result(runId: string, signal?: AbortSignal): Promise<RunRecord> {
    for (;;) {
      const run = await this.#find(runId);
      if (run !== undefined) await untilGone(run, signal);
      if (run !== undefined && run.left === undefined) return recordOf(run);
      if (this.#closed !== undefined && run?.left !== undefined) throw this.#closed;
      if (!(await this.#goesOn(runId))) {
        const record = await this.#read(runId);
        if (record === undefined) throw raise.RUN_NOT_FOUND({ runId });
        return record;
      }
      await this.#elsewhere.untilEnded(runId, signal);
    }
  }

  async outcome(runId: string, signal?: AbortSignal): Promise<RunOutcome> {
    const run = this.machine.live.get(runId);
    if (run === undefined) return this.result(runId, signal);
    await untilGone(run, signal);
    const { status, result, error } = run.state;
    if (run.left !== undefined || run.fault !== undefined || status === 'new') return this.result(runId, signal);
    return { runId, status, ...(result !== undefined && { result }), ...(error !== undefined && { error }) };
  }

  async cancel(runId: string, reason: string): Promise<void> {
    const { clock, limits } = this.#options;
    await this.#tell(runId, { type: 'CancelRequested', at: clock.now(), reason, graceMs: limits.cancelGraceMs });
  }

  terminate(runId: string, reason: string): Promise<void> {
    return terminateRun(this.#control, runId, reason);
  }

  pause(runId: string, reason: string): Promise<void> {
    return pauseRun(this.#control, runId, reason);
  }

  resume(runId: string): Promise<void> {
    return resumeRun(this.#control, runId);
  }

  async rerun(runId: string, request: RerunRequest = {}): Promise<RunHandle> {
    const run = await this.#find(runId);
    await run?.tail;
    return this.start(await rerunRequest(runId, request, this.#options));
  }

  async remove(runId: string): Promise<void> {
    await removeRun(this.#options.journal, runId);
    this.#recent.forget(runId);
  }

  async removeEnded(runIds: readonly string[]) {
    const gone = await this.#options.journal.remove(runIds);
    for (const runId of gone.runIds) this.#recent.forget(runId);
    return gone;
  }

  async get(runId: string): Promise<RunRecord | undefined> {
    const record = await this.#read(runId);
    if (record === undefined) return undefined;
    const reruns = await this.#options.journal.reruns(runId);
    return reruns.length === 0 ? record : { ...record, reruns };
  }

  async #read(runId: string): Promise<RunRecord | undefined> {
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

  async workspaceOf(runId: string): Promise<string | undefined> {
    const run = this.machine.live.get(runId) ?? this.#recent.get(runId);
    if (run !== undefined) return run.facts.workspace;
    return (await this.#options.journal.run(runId))?.workspace;
  }

  async list(query: RunListQuery) {
    const { items, nextCursor } = await this.#options.journal.list(query);
    return { items: items.map(summaryOf), ...(nextCursor !== undefined && { nextCursor }) };
  }

  interaction(id: string) {
    return this.#interactions.get(id);
  }

  interactions(filter: InteractionFilter) {
    return this.#interactions.list(filter);
  }

  answer(id: string, answer: InteractionAnswer) {
    return this.#interactions.answer(id, answer);
  }

  async *events(
    runId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly seq: number; readonly event: RunEvent }> {
    const { journal } = this.#options;
    const run = await this.#find(runId);
    if (run === undefined && (await journal.run(runId)) === undefined) throw raise.RUN_NOT_FOUND({ runId });
    const liveRun = () => this.machine.live.get(runId);
    const goesOn = () => this.#goesOn(runId);
    yield* followEvents(runId, after, { journal, signal, liveRun, goesOn });
  }

  leads(key: string): boolean {
    return this.#closed === undefined && this.#shards.leads(shardOfKey(key));
  }

  async hosts(): Promise<readonly HostInfo[]> {
    return (await this.#options.journal.cluster?.hosts()) ?? [loneHost(this.#began, this.machine.live.size)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= raise.ENGINE_STOPPING(undefined);
    this.#elsewhere.close(this.#closed);
    this.#sleepers[Symbol.dispose]();
    this.#options.journal.cluster?.retire();
    await this.#shards.settled();
    await this.machine.drain(this.#options.limits.shutdownMs);
    await this.#options.journal[Symbol.asyncDispose]();
    this.machine.halt(this.#closed);
  }

  /** Brings something from outside to the run, wherever it is. Resolves when it is durable, or the run has ended. Throws RUN_NOT_FOUND. */
  async #tell(runId: string, event: Request): Promise<void> {
    for (let run = await this.#find(runId); run !== undefined; run = await this.#find(runId)) {
      const isApplied = await this.machine.apply(run, event);
      await run.tail;
      if (isApplied || run.left === undefined) return;
      if (this.#closed !== undefined) throw this.#closed;
    }
    if (await this.#goesOn(runId)) await this.#options.journal.cluster?.send(runId, event);
    else if ((await this.get(runId)) === undefined) throw raise.RUN_NOT_FOUND({ runId });
  }

  #refuseWhenFull(workspace = DEFAULT_WORKSPACE): void {
    if (this.#closed !== undefined) throw this.#closed;
    const { workspaceRuns: limit = Number.POSITIVE_INFINITY } = this.#options.limits;
    const ofWorkspace = this.machine.live.countOf(workspace) + (this.#options.alsoOpen?.().countOf(workspace) ?? 0);
    if (ofWorkspace >= limit)
      throw raise.RUN_WORKSPACE_LIMIT({ open: ofWorkspace, limit }, { retryAfterMs: RETRY_AFTER_MS });
    if (!this.#isFull()) return;
    const { queued } = this.#options.journal;
    const { heldSize: held } = this.machine.live;
    throw raise.RUN_BACKPRESSURE({ open: this.#open, queued, held }, { retryAfterMs: RETRY_AFTER_MS });
  }

  get #open(): number {
    return this.machine.live.size + (this.#options.alsoOpen?.().size ?? 0);
  }

  #isFull(): boolean {
    const { journal, limits } = this.#options;
    return this.#open >= limits.maxOpenRuns || this.machine.live.heldSize >= limits.maxLiveBytes || journal.full;
  }

  /** Where a workflow limits its runs, those that a former host left count too. */
  async #knowOthers({ definition }: Pick<RunRequest, 'definition'>): Promise<void> {
    if (this.#options.definitions.plan(definition).graph.concurrency !== undefined) await this.#shards.settled();
  }

  async #begin(request: RunRequest, identity: Identity = {}): Promise<string> {
    const vars = await this.#variables(request);
    const shard = this.#shards.pick() ?? (await this.#shardInTime());
    try {
      return await this.machine.begin(request, vars, { ...identity, runId: newRunId(shard) });
    } catch (error) {
      if (BackplaneError.is(error) && error.code === 'RUN_CONCURRENCY_LIMIT') this.#options.onRunSkipped?.();
      throw error;
    }
  }

  /** Throws ENGINE_WITHOUT_SHARDS while others have all of them. */
  async #shardInTime(): Promise<number> {
    for (const latest = performance.now() + this.#options.limits.shareWaitMs; ; ) {
      await Promise.race([this.#shards.changed, pause(SHARE_LOOK_MS)]);
      if (this.#closed !== undefined) throw this.#closed;
      const shard = this.#shards.pick();
      if (shard !== undefined) return shard;
      if (performance.now() > latest) throw raise.ENGINE_WITHOUT_SHARDS(undefined, { retryAfterMs: RETRY_AFTER_MS });
    }
  }

  #variables({ environment, workspace }: RunRequest): unknown {
    return this.#options.variables?.resolve(environment ?? 'default', workspace);
  }

  /** The run while it goes on here: waits for recovery if it may be among those still to come, and wakes it if it is asleep. */
  async #find(runId: string): Promise<LiveRun | undefined> {
    const run = this.machine.live.get(runId);
    if (run !== undefined) return run;
    if (this.#recent.has(runId)) return undefined;
    await this.#shards.recovered(runId);
    return this.#wake(runId);
  }

  /** The run, live again, if it is asleep and ours. */
  async #wake(runId: string): Promise<LiveRun | undefined> {
    return this.#shards.owns(runId) ? this.#sleepers.wake(runId) : this.machine.live.get(runId);
  }

  async #load(runId: string): Promise<void> {
    const isOurs = this.#shards.tenureOf(runId);
    const stopped = () => this.#closed !== undefined || !isOurs();
    await wakeRun(runId, { ...this.#options, machine: this.machine, shards: new Set(), stopped });
  }

  /** True while a run that is not live here has not ended, as the journal has it. Rejects when this engine stops. */
  async #goesOn(runId: string): Promise<boolean> {
    const stored = await this.#options.journal.run(runId).catch((error: Error) => {
      throw this.#closed ?? error;
    });
    if (stored?.status !== 'running') return false;
    if (this.#closed !== undefined) throw this.#closed;
    return true;
  }

  async #handlerFor(run: LiveRun, failure: FailRun) {
    const { workflows, runUrl, log, startHandler } = this.#options;
    const alias = run.graph.errorHandler!;
    const handler = await workflows.resolve(alias, undefined, run.state.workspace);
    if (handler === undefined) {
      log.error('The error handler does not exist', { run: run.runId, handler: alias });
      return undefined;
    }
    const request = handlerRequest(run, failure, handler, runUrl?.(run.runId) ?? null);
    if (startHandler !== undefined) {
      await startHandler(request);
      return undefined;
    }
    await this.#knowOthers(request);
    return { request, vars: await this.#variables(request) };
  }

  /** Subflows may go beyond the limit that the door keeps: those that wait for them could not end otherwise. */
  async #childFor(parent: LiveRun, command: StartChild) {
    const { workflows, limits, journal } = this.#options;
    const open = this.machine.live.size + this.machine.children.starting;
    if (open > limits.maxOpenRuns * SUBFLOW_ALLOWANCE) {
      const { heldSize: held } = this.machine.live;
      throw raise.RUN_BACKPRESSURE({ open, queued: journal.queued, held }, { retryAfterMs: RETRY_AFTER_MS });
    }
    const request = await childRequest(parent, command, workflows);
    await this.#knowOthers(request);
    return { request, vars: await this.#variables(request) };
  }
}
