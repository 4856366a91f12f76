import { randomUUIDv7 } from 'node:crypto';
import { BackplaneError, type ErrorRecord, type Log, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { ActionOutcome, ActionRunner } from '../action-runner.ts';
import type { RunRequest, RunStatus } from '../engine.ts';
import type { Journal, JournalWrite, RunEnd } from '../journal/journal.ts';
import type { CancelAction, Command, FailRun, RunAction, StartChild } from '../scheduler/command.ts';
import type { RunEvent, RunStarted } from '../scheduler/event.ts';
import { reduce } from '../scheduler/reduce.ts';
import { ActionSlots } from './action-slots.ts';
import { ChildRuns } from './child-runs.ts';
import type { Clock } from './clock.ts';
import type { DefinitionCache } from './definition-cache.ts';
import { encodeEvent } from './encode-event.ts';
import { endOf } from './end-of.ts';
import { isPending, type LiveRun, newLiveRun, wake } from './live-run.ts';
import { outcomeEvent } from './outcome-event.ts';
import type { Prepared } from './prepared-run.ts';
import { TimerQueue } from './timer-queue.ts';

export interface MachineOptions {
  readonly journal: Journal;
  readonly runner: ActionRunner;
  readonly clock: Clock;
  readonly log: Log;
  readonly definitions: DefinitionCache;
  readonly maxConcurrentActions: number;
  /** Characters of one event. */
  readonly maxEventSize: number;
  /** The run that is to follow a failed one, if its workflow names an error handler that exists. */
  handlerFor(
    run: LiveRun,
    failure: FailRun,
  ): Promise<{ readonly request: RunRequest; readonly vars: unknown } | undefined>;
  /** The run that a step asks for. Throws when there can be none. */
  childFor(parent: LiveRun, command: StartChild): Promise<{ readonly request: RunRequest; readonly vars: unknown }>;
  onEnded(run: LiveRun, status: Exclude<RunStatus, 'running'>): void;
  /** The journal is lost to this process: nothing can be stored any more. */
  onLost(error: Error): void;
}

/** What waits until the event that led to it is durable. */
type Held = RunAction | StartChild | CancelAction;

/**
 * Moves live runs on: event → reducer → journal → commands. The reducer runs ahead of the disk; what it wants done outside waits
 * until the event that led to it is durable, except for actions that have no effect there.
 */
export class RunMachine {
  readonly live = new Map<string, LiveRun>();
  readonly children: ChildRuns;
  readonly #options: MachineOptions;
  readonly #slots: ActionSlots;
  readonly #timers: TimerQueue;
  readonly #idle: (() => void)[] = [];
  #draining = false;
  #halted = false;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#slots = new ActionSlots(options.maxConcurrentActions, (run, command) => this.#run(run, command));
    this.#timers = new TimerQueue(options.clock);
    this.children = new ChildRuns({
      ...options,
      live: this.live,
      childFor: (parent, command) => options.childFor(parent, command),
      prepare: (request, vars, runId) => this.#prepare(request, vars, { runId }),
      commit: (parent, seq, child) => this.#commitChild(parent, seq, child),
      answer: (run, event, body) => this.#answer(run, event, body),
    });
  }

  /** Resolves when the run is durable; rejects when it was refused, and then there is no run. */
  async begin(
    request: RunRequest,
    vars: unknown,
    key?: { readonly text: string; readonly expiresAt: number },
  ): Promise<string> {
    const { run, write, commands } = this.#prepare(request, vars, key === undefined ? {} : { key });
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
    for (const command of this.#carryOut(run, commands)) this.#release(run, command);
  }

  /** Something that happens to the run. Resolves when it is durable; false when it came too late to matter. */
  async apply(run: LiveRun, event: RunEvent): Promise<boolean> {
    if (run.over || this.#halted) return false;
    await this.#apply(run, event, encodeEvent(event, 'The event', this.#options.maxEventSize));
    return true;
  }

  /** Ends a run that cannot go on for reasons of the host. */
  async fail(run: LiveRun, error: ErrorRecord): Promise<void> {
    const at = this.#options.clock.now();
    run.fault = { error, at };
    run.over = true;
    this.live.set(run.runId, run);
    this.#stopWork(run);
    this.children.cancelAll(run);
    const end: RunEnd = { status: 'failed', endedAt: at, error: stringifyJson(error) };
    await this.#follow(run, this.#options.journal.append([{ runId: run.runId, end }]), [], true);
  }

  /**
   * Starts nothing more and waits, at most so long, for the actions that run. Then stops them; how they end is not journaled:
   * recovery does that work again.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    this.#slots.close();
    this.#timers[Symbol.dispose]();
    await within(deadlineMs, this.#idleSlots());
    this.#halted = true;
    for (const run of this.live.values()) this.#stopWork(run);
    await within(deadlineMs, Promise.allSettled([...this.live.values()].map(({ tail }) => tail)));
  }

  /** Leaves every run where the journal has it. */
  halt(error: Error): void {
    this.#halted = true;
    this.#slots.close();
    this.#timers[Symbol.dispose]();
    for (const run of [...this.live.values()]) this.leave(run, error);
  }

  /** Takes the run out without an end of its own. */
  leave(run: LiveRun, error: Error): void {
    if (run.gone) return;
    run.left = error;
    run.over = run.gone = true;
    this.#stopWork(run);
    this.live.delete(run.runId);
    wake(run);
  }

  #prepare(request: RunRequest, vars: unknown, { runId = randomUUIDv7(), key }: Identity): Prepared {
    const { definitions, clock, maxEventSize } = this.#options;
    const { workflow, version, trigger, triggerType, environment, correlationId, parent } = request;
    const { callers, timeAnchor, timeoutMs } = request;
    const { hash, text, graph } = definitions.plan(request.definition);
    const event: RunStarted = {
      type: 'RunStarted',
      at: clock.now(),
      runId,
      trigger: trigger ?? null,
      triggerType,
      env: {
        workflow_id: workflow,
        workflow_version: version,
        ...(correlationId !== undefined && { correlation_id: correlationId }),
      },
      ...(environment !== undefined && { environment }),
      ...(vars !== undefined && { vars }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(timeAnchor !== undefined && { timeAnchor }),
      ...(callers !== undefined && { callers }),
    };
    const body = encodeEvent(event, 'The input', maxEventSize);
    const run = newLiveRun(runId, request, graph);
    const commands = this.#reduce(run, event);
    run.appended = 1;
    run.size = body.length;
    const start = {
      workflow,
      version,
      definitionHash: hash,
      definition: text,
      triggerType,
      startedAt: event.at,
      ...(key !== undefined && { key }),
      ...(parent !== undefined && { parent }),
    };
    return { run, commands, write: { runId, start, event: { seq: 1, body } } };
  }

  /** Throws RUN_ENGINE_FAULT instead of whatever the reducer throws. */
  #reduce(run: LiveRun, event: RunEvent): readonly Command[] {
    try {
      return reduce(run.graph, run.state, event);
    } catch (cause) {
      this.#options.log.error('The scheduler failed', {
        run: run.runId,
        event: event.type,
        cause: (cause as Error).stack,
      });
      throw raise.RUN_ENGINE_FAULT({ cause: (cause as Error).message }, { cause });
    }
  }

  async #apply(run: LiveRun, event: RunEvent, body: string, ...first: readonly JournalWrite[]): Promise<void> {
    let commands: readonly Command[];
    try {
      commands = this.#reduce(run, event);
    } catch (error) {
      return this.fail(run, toErrorRecord(error));
    }
    run.size += body.length;
    return this.#append(run, { runId: run.runId, event: { seq: ++run.appended, body } }, commands, false, first);
  }

  /** The child does nothing before it is durable: its records must come after that of its start. */
  async #commitChild(parent: LiveRun, seq: number, { run, write, commands }: Prepared): Promise<void> {
    const { runId } = run;
    if (this.#halted || !isPending(parent, seq)) return;
    const event: RunEvent = { type: 'ChildStarted', seq, at: this.#options.clock.now(), runId };
    const end = endOf(run);
    run.over = end !== undefined;
    if (run.parent!.seq !== undefined) parent.children.set(seq, runId);
    const first = { ...write, ...(end !== undefined && { end }) };
    await this.#apply(parent, event, encodeEvent(event, 'The event', this.#options.maxEventSize), first);
    if (this.#halted || parent.fault !== undefined) return;
    this.live.set(runId, run);
    this.#stored(run, 1, this.#carryOut(run, commands), end !== undefined);
    if (end === undefined) this.children.cancelOrphan(run);
  }

  /**
   * Journals what has been reduced and carries out what may go ahead; the rest follows once it is durable. `first` is the start of
   * another run that belongs into the same commit.
   */
  #append(
    run: LiveRun,
    write: JournalWrite,
    commands: readonly Command[],
    refusable: boolean,
    first: readonly JournalWrite[] = [],
  ): Promise<void> {
    const { journal } = this.#options;
    const end = endOf(run);
    const held = this.#carryOut(run, commands);
    if (end === undefined) return this.#follow(run, journal.append([...first, write], { refusable }), held, false);
    run.over = true;
    const last = held.filter(({ type }) => type === 'CancelAction');
    const failure = commands.find((command) => command.type === 'FailRun');
    if (failure !== undefined && run.graph.errorHandler !== undefined && run.state.triggerType !== 'error-handler') {
      run.tail = this.#appendWithHandler(run, [...first, { ...write, end }], failure, { refusable, held: last });
      return run.tail;
    }
    return this.#follow(run, journal.append([...first, { ...write, end }], { refusable }), last, true);
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
      if (found !== undefined) handler = this.#prepare(found.request, found.vars, {});
    } catch (error) {
      log.error('The error handler could not be started', {
        run: run.runId,
        handler: run.graph.errorHandler,
        cause: (error as Error).message,
      });
    }
    if (handler === undefined) return this.#follow(run, journal.append(writes, { refusable }), last, true);
    this.live.set(handler.run.runId, handler.run);
    const end = endOf(handler.run);
    handler.run.over = end !== undefined;
    const durable = journal.append([...writes, { ...handler.write, ...(end !== undefined && { end }) }], { refusable });
    const held = this.#carryOut(handler.run, handler.commands);
    this.#follow(handler.run, durable, held, end !== undefined).catch((error: Error) => this.leave(handler.run, error));
    return this.#follow(run, durable, last, true);
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
    for (const command of held) this.#release(run, command);
    if (isEnd) {
      run.gone = true;
      this.live.delete(run.runId);
      this.#options.onEnded(run, run.fault === undefined ? endOf(run)!.status : 'failed');
      this.children.ended(run);
    }
    if (run.watchers.size > 0) wake(run);
  }

  #notStored(run: LiveRun, error: Error): never {
    if (BackplaneError.is(error) && error.code === 'ENGINE_LEASE_LOST') this.#options.onLost(error);
    else this.leave(run, error);
    throw error;
  }

  /** Does at once what may be done at once. Gives what must wait until the event is durable. */
  #carryOut(run: LiveRun, commands: readonly Command[]): Held[] {
    const held: Held[] = [];
    for (const command of commands) {
      if (command.type === 'RunAction') {
        const action = run.graph.actions[command.action]!.action;
        if (this.#options.runner.isPure?.(action) === true) this.#slots.add(run, command);
        else held.push(command);
      } else if (command.type === 'StartChild') held.push(command);
      else if (command.type === 'StartTimer') {
        const { seq } = command;
        run.timers.set(
          seq,
          this.#timers.add(command.fireAt, () => this.#fired(run, seq)),
        );
      } else if (command.type === 'CancelAction') {
        run.inFlight.get(command.seq)?.abort();
        run.timers.get(command.seq)?.[Symbol.dispose]();
        run.timers.delete(command.seq);
        if (run.children.has(command.seq)) held.push(command);
      }
    }
    return held;
  }

  #release(run: LiveRun, command: Held): void {
    if (command.type === 'RunAction') this.#slots.add(run, command);
    else if (command.type === 'CancelAction') this.children.cancel(run, command.seq);
    else if (!this.#draining) void this.children.start(run, command).catch(() => undefined);
  }

  #fired(run: LiveRun, seq: number): void {
    run.timers.delete(seq);
    this.#answer(run, { type: 'TimerFired', seq, at: this.#options.clock.now() });
  }

  #run(run: LiveRun, command: RunAction): void {
    if (run.over || !isPending(run, command.seq)) {
      this.#slots.release();
      return;
    }
    const controller = new AbortController();
    run.inFlight.set(command.seq, controller);
    this.#options.runner.run({ graph: run.graph, state: run.state, command, signal: controller.signal }).then(
      (outcome) => this.#settled(run, command.seq, outcome),
      (error) => this.#settled(run, command.seq, { status: 'failed', error: toErrorRecord(error), warnings: [] }),
    );
  }

  #settled(run: LiveRun, seq: number, outcome: ActionOutcome): void {
    run.inFlight.delete(seq);
    const { clock, maxEventSize } = this.#options;
    if (!run.over && !this.#halted && isPending(run, seq)) {
      const { event, body } = outcomeEvent(outcome, seq, clock.now(), maxEventSize);
      this.#answer(run, event, body);
    }
    this.#slots.release();
    if (this.#slots.taken === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** What goes wrong with storing is dealt with where it shows: `#notStored`. */
  #answer(run: LiveRun, event: RunEvent, body = encodeEvent(event, 'The event', this.#options.maxEventSize)): void {
    if (run.over || this.#halted) return;
    void this.#apply(run, event, body).catch(() => undefined);
  }

  async #idleSlots(): Promise<void> {
    if (this.#slots.taken === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #stopWork(run: LiveRun): void {
    for (const controller of run.inFlight.values()) controller.abort();
    for (const timer of run.timers.values()) timer[Symbol.dispose]();
    run.timers.clear();
  }
}

/** What tells a new run apart; without an id it gets a new one. */
interface Identity {
  readonly runId?: string;
  readonly key?: { readonly text: string; readonly expiresAt: number };
}

/** Settles with `work`, or after the time is up. */
async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
