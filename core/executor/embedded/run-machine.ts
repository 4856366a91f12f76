import { type ErrorRecord, type Log, stringifyJson } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { ActionRunner } from '../action-runner.ts';
import type { RunRequest, RunStatus } from '../engine.ts';
import { newRunId, shardOf } from '../hosts/shard.ts';
import type { InteractionRow } from '../journal/interaction-row.ts';
import type { Journal, JournalWrite, Notice, RunEnd } from '../journal/journal.ts';
import type { Command, FailRun, StartChild } from '../scheduler/command.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { isOfUse, isRequest } from '../scheduler/request.ts';
import { newTurn } from '../scheduler/turn.ts';
import type { ActionLimits } from './action-limits.ts';
import { ChildRuns } from './child-runs.ts';
import type { Clock } from './clock.ts';
import type { DefinitionCache } from './definition-cache.ts';
import { encodeEvent } from './encode-event.ts';
import { endOf } from './end-of.ts';
import type { AskedInteraction } from './engine-options.ts';
import { interactionRows } from './interaction-rows.ts';
import { isPending, type LiveRun, wake } from './live-run.ts';
import { LiveRuns } from './live-runs.ts';
import { type Identity, type Prepared, prepareRun } from './prepare-run.ts';
import { reduceEvent } from './reduce-event.ts';
import { concernedSleepers } from './rouse.ts';
import { RunLimits } from './run-limits.ts';
import { type Held, RunWork } from './run-work.ts';
import { Snapshots } from './snapshots.ts';
import { within } from './within.ts';

export interface MachineOptions {
  readonly journal: Journal;
  readonly runner: ActionRunner;
  readonly clock: Clock;
  readonly log: Log;
  readonly definitions: DefinitionCache;
  readonly maxConcurrentActions: number;
  readonly actionLimits?: ActionLimits;
  readonly workspaceActions?: number;
  readonly cancelGraceMs: number;
  /** Characters of one event. */
  readonly maxEventSize: number;
  /** The run that is to follow a failed one, if its workflow names an error handler that exists. */
  handlerFor(
    run: LiveRun,
    failure: FailRun,
  ): Promise<{ readonly request: RunRequest; readonly vars: unknown } | undefined>;
  /** The run that a step asks for. Throws when there can be none. */
  childFor(parent: LiveRun, command: StartChild): Promise<{ readonly request: RunRequest; readonly vars: unknown }>;
  onAsked?(interaction: AskedInteraction): void;
  onEnded(run: LiveRun, status: Exclude<RunStatus, 'running'>): void;
  /** What others are to be told of the end of a run. */
  noticesOf?(run: LiveRun): readonly Notice[];
  /** The run, live again, if it is asleep. */
  wake(runId: string): Promise<LiveRun | undefined>;
  goesOn(runId: string): Promise<boolean>;
}

/**
 * Moves live runs on: event → reducer → journal → commands. The reducer runs ahead of the disk; what it wants done outside waits
 * until the event that led to it is durable, except for actions that have no effect there.
 */
export class RunMachine {
  readonly live = new LiveRuns();
  readonly children: ChildRuns;
  readonly limits: RunLimits;
  readonly #options: MachineOptions;
  readonly #work: RunWork;
  readonly #snapshots: Snapshots;
  /** Children whose start is being stored: they are about to be live. */
  readonly landing = new Set<string>();
  #halted = false;
  /** Counts how often all runs were left. */
  #departures = 0;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#snapshots = new Snapshots(options.journal, options.log);
    const answer = (run: LiveRun, event: RunEvent, body?: string) => this.#answer(run, event, body);
    this.limits = new RunLimits({
      admit: (run) => answer(run, { type: 'RunAdmitted', at: options.clock.now() }),
      cancel: (run, reason) => {
        const { clock, cancelGraceMs: graceMs } = options;
        answer(run, { type: 'CancelRequested', at: clock.now(), reason, graceMs });
      },
    });
    this.children = new ChildRuns({
      ...options,
      live: this.live,
      childFor: (parent, command) => options.childFor(parent, command),
      prepare: (request, vars, runId) => this.#prepare(request, vars, { runId }),
      commit: (parent, seq, child) => this.#commitChild(parent, seq, child),
      answer,
      wake: (runId) => options.wake(runId),
      goesOn: (runId) => options.goesOn(runId),
    });
    this.#work = new RunWork({ ...options, cluster: options.journal.cluster, children: this.children, answer });
  }

  /** Resolves when the run is durable; rejects when it was refused, and then there is no run. */
  async begin(request: RunRequest, vars: unknown, identity: Identity = {}): Promise<string> {
    const { run, write, commands } = this.#prepare(request, vars, identity);
    this.live.set(run.runId, run);
    try {
      await this.#append(run, write, commands, true);
    } catch (error) {
      this.leave(run, error as Error);
      throw error;
    }
    return run.runId;
  }

  /** Takes over a run from the journal; `commands` are those not yet answered. All of its events are durable. */
  adopt(run: LiveRun, commands: readonly Command[]): void {
    this.live.set(run.runId, run);
    this.limits.add(run);
    for (const command of this.#work.carryOut(run, commands)) this.#work.release(run, command);
  }

  /**
   * Something that happens to the run, perhaps brought by a message. Resolves when it is durable; false when it came too late to
   * matter.
   */
  async apply(run: LiveRun, event: RunEvent, message?: number): Promise<boolean> {
    if (run.over || this.#halted || isIdle(run, event)) return false;
    const body = encodeEvent(event, 'The event', this.#options.maxEventSize);
    await this.#apply(run, event, body, message === undefined ? {} : { message });
    return true;
  }

  /** Ends a run that cannot go on for reasons of the host. */
  async fail(run: LiveRun, error: ErrorRecord): Promise<void> {
    const at = this.#options.clock.now();
    run.fault = { error, at };
    run.over = true;
    this.live.set(run.runId, run);
    this.#work.stop(run);
    this.children.cancelAll(run);
    const end = this.#withNotices(run, { status: 'failed', endedAt: at, error: stringifyJson(error) });
    const write = this.#lastOf(run, { runId: run.runId, end });
    await this.#follow(run, this.#options.journal.append([write]), [], true);
  }

  /**
   * Starts nothing more and waits, at most so long, for the actions that run. Then stops them; how they end is not journaled:
   * recovery does that work again.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#work.close();
    await within(deadlineMs, this.#work.idle());
    this.#halted = true;
    for (const run of this.live.values()) this.#work.stop(run);
    await within(deadlineMs, Promise.allSettled([...this.live.values()].map(({ tail }) => tail)));
  }

  /** Leaves every run where the journal has it, and takes on none any more. */
  halt(error: Error): void {
    this.#halted = true;
    this.#work.close();
    this.leaveAll(error);
  }

  leaveAll(error: Error): void {
    this.#departures++;
    for (const run of [...this.live.values()]) this.leave(run, error);
  }

  /** Takes a run out of memory that the journal has whole. */
  rest(run: LiveRun): void {
    run.over = run.gone = true;
    this.#work.stop(run);
    this.live.delete(run.runId);
  }

  /** Takes the run out without an end of its own. */
  leave(run: LiveRun, error: Error): void {
    if (run.gone) return;
    run.left = error;
    run.over = run.gone = true;
    this.#work.stop(run);
    this.live.delete(run.runId);
    this.limits.remove(run);
    wake(run);
  }

  async #apply(
    run: LiveRun,
    event: RunEvent,
    body: string,
    { message, first = [] }: { readonly message?: number; readonly first?: readonly JournalWrite[] } = {},
  ): Promise<void> {
    let commands: readonly Command[];
    try {
      commands = reduceEvent(run, event, this.#options.log);
    } catch (error) {
      return this.fail(run, toErrorRecord(error));
    }
    this.live.grow(run, body.length);
    const isAwake = run.wakeAt !== undefined;
    delete run.wakeAt;
    const write = {
      runId: run.runId,
      event: { seq: ++run.appended, body },
      ...(message !== undefined && { message }),
      ...(isAwake && { wakeAt: null }),
    };
    const stored = this.#append(run, write, commands, false, first);
    this.#snapshots.consider(run);
    return stored;
  }

  /** The child does nothing before it is durable: its records must come after that of its start. */
  async #commitChild(parent: LiveRun, seq: number, { run, write, commands }: Prepared): Promise<void> {
    const { runId } = run;
    if (this.#halted || parent.over || !isPending(parent, seq)) {
      this.limits.remove(run);
      return;
    }
    const event: RunEvent = { type: 'ChildStarted', seq, at: this.#options.clock.now(), runId };
    const end = this.#endOf(run);
    run.over = end !== undefined;
    if (run.parent!.seq !== undefined) parent.children.set(seq, runId);
    const first = { ...write, ...(end !== undefined && { end }) };
    const body = encodeEvent(event, 'The event', this.#options.maxEventSize);
    const departures = this.#departures;
    this.landing.add(runId);
    try {
      await this.#apply(parent, event, body, { first: [first] });
    } finally {
      this.landing.delete(runId);
    }
    if (this.#halted || parent.fault !== undefined || this.#departures !== departures) {
      this.limits.remove(run);
      return;
    }
    this.live.set(runId, run);
    this.#stored(run, 1, this.#work.carryOut(run, commands), end !== undefined);
    if (end !== undefined) return;
    this.children.cancelOrphan(run);
    this.children.pauseWithParent(run);
  }

  /** A new run that counts from now on, or that was refused. */
  #prepare(request: RunRequest, vars: unknown, identity: Identity): Prepared {
    const { concurrency } = this.#options.definitions.plan(request.definition).graph;
    const placement = this.limits.placementOf(request, concurrency, vars);
    const prepared = prepareRun(this.#options, request, vars, { ...identity, placement });
    this.limits.add(prepared.run);
    return prepared;
  }

  /**
   * Journals what has been reduced and carries out what may go ahead; the rest follows once it is durable. `first` is the start of
   * another run that belongs into the same commit.
   */
  #append(
    run: LiveRun,
    event: JournalWrite,
    commands: readonly Command[],
    refusable: boolean,
    first: readonly JournalWrite[] = [],
  ): Promise<void> {
    const { journal } = this.#options;
    const end = this.#endOf(run);
    const held = this.#work.carryOut(run, commands);
    const interactions = interactionRows(run, commands);
    const write = interactions.length === 0 ? event : { ...event, interactions };
    if (end === undefined) {
      const stored = this.#follow(run, journal.append([...first, write], { refusable }), held, false);
      return interactions.length === 0 ? stored : this.#asked(run, interactions, stored);
    }
    run.over = true;
    const final = this.#lastOf(run, { ...write, end });
    const last = held.filter(({ type }) => type === 'CancelAction');
    const failure = commands.find((command) => command.type === 'FailRun');
    if (failure !== undefined && run.graph.errorHandler !== undefined && run.state.triggerType !== 'error-handler') {
      run.tail = this.#appendWithHandler(run, [...first, final], failure, { refusable, held: last });
      return run.tail;
    }
    return this.#follow(run, journal.append([...first, final], { refusable }), last, true);
  }

  /** The end of a run and the start of its error handler are one commit: no crash can come between. */
  async #appendWithHandler(
    run: LiveRun,
    writes: readonly JournalWrite[],
    failure: FailRun,
    { refusable, held: last }: { readonly refusable: boolean; readonly held: readonly Held[] },
  ): Promise<void> {
    const { journal, log } = this.#options;
    let handler: Prepared | undefined;
    try {
      const found = await this.#options.handlerFor(run, failure);
      const runId = newRunId(shardOf(run.runId));
      if (found !== undefined) handler = this.#prepare(found.request, found.vars, { runId });
    } catch (error) {
      log.error('The error handler could not be started', {
        run: run.runId,
        handler: run.graph.errorHandler,
        cause: (error as Error).message,
      });
    }
    if (run.left !== undefined) throw run.left;
    if (handler === undefined) return this.#follow(run, journal.append(writes, { refusable }), last, true);
    this.live.set(handler.run.runId, handler.run);
    const end = this.#endOf(handler.run);
    handler.run.over = end !== undefined;
    const durable = journal.append([...writes, { ...handler.write, ...(end !== undefined && { end }) }], { refusable });
    const held = this.#work.carryOut(handler.run, handler.commands);
    this.#follow(handler.run, durable, held, end !== undefined).catch((error: Error) => this.leave(handler.run, error));
    return this.#follow(run, durable, last, true);
  }

  async #asked(run: LiveRun, interactions: readonly InteractionRow[], stored: Promise<void>): Promise<void> {
    await stored;
    for (const row of interactions) {
      if (row.status === 'open' && row.decisions.length === 0) this.#options.onAsked?.({ ...row, runId: run.runId });
    }
  }

  #endOf(run: LiveRun): RunEnd | undefined {
    const end = endOf(run);
    return end === undefined ? undefined : this.#withNotices(run, end);
  }

  #withNotices(run: LiveRun, end: RunEnd): RunEnd {
    const notices = this.#options.noticesOf?.(run) ?? [];
    return notices.length === 0 ? end : { ...end, notices };
  }

  /** The last write of a run wakes those who would miss it. */
  #lastOf(run: LiveRun, write: JournalWrite): JournalWrite {
    const rouse = concernedSleepers(run, this.live);
    return rouse.length === 0 ? write : { ...write, rouse };
  }

  #follow(run: LiveRun, durable: Promise<void>, held: readonly Held[], isEnd: boolean): Promise<void> {
    const seq = run.appended;
    run.tail = durable.then(
      () => this.#stored(run, seq, held, isEnd),
      (error: Error) => this.#notStored(run, error),
    );
    return run.tail;
  }

  #stored(run: LiveRun, seq: number, held: readonly Held[], isEnd: boolean): void {
    run.durable = seq;
    for (const command of held) this.#work.release(run, command);
    if (isEnd) {
      run.gone = true;
      this.live.delete(run.runId);
      this.limits.remove(run);
      this.#options.onEnded(run, run.fault === undefined ? endOf(run)!.status : 'failed');
      this.children.ended(run);
    }
    if (seq === 1) this.limits.started(run);
    if (run.watchers.size > 0) wake(run);
  }

  #notStored(run: LiveRun, error: Error): never {
    this.leave(run, error);
    throw error;
  }

  /** What goes wrong with storing is dealt with where it shows: `#notStored`. */
  #answer(run: LiveRun, event: RunEvent, body = encodeEvent(event, 'The event', this.#options.maxEventSize)): void {
    if (run.over || this.#halted || isIdle(run, event)) return;
    void this.#apply(run, event, body).catch(() => undefined);
  }
}

/** A request that would change nothing is not worth a record. */
function isIdle({ graph, state }: LiveRun, event: RunEvent): boolean {
  return isRequest(event) && !isOfUse(newTurn(graph, state), event);
}
