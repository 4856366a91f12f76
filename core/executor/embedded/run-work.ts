import { toErrorRecord } from '../../errors/to-record.ts';
import type { ActionOutcome, ActionRunner } from '../action-runner.ts';
import type { Cluster } from '../hosts/cluster.ts';
import { PoliteStop } from '../polite-stop.ts';
import type { CancelAction, Command, RunAction, StartChild } from '../scheduler/command.ts';
import type { RunEvent } from '../scheduler/event.ts';
import type { ActionLimits } from './action-limits.ts';
import { ActionSlots } from './action-slots.ts';
import type { ChildRuns } from './child-runs.ts';
import type { Clock } from './clock.ts';
import { isPending, type LiveRun } from './live-run.ts';
import { outcomeEvent } from './outcome-event.ts';
import { TimerQueue } from './timer-queue.ts';

export interface RunWorkOptions {
  readonly runner: ActionRunner;
  readonly clock: Clock;
  readonly children: ChildRuns;
  readonly maxConcurrentActions: number;
  /** By name, which may hold `*`. */
  readonly actionLimits?: ActionLimits;
  /** Of each workspace. */
  readonly workspaceActions?: number;
  /** Characters of one event. */
  readonly maxEventSize: number;
  /** What has happened to the run; `body` is the event's JSON where it is at hand. */
  answer(run: LiveRun, event: RunEvent, body?: string): void;
  /** Absent when no other host can have our runs. */
  readonly cluster?: Pick<Cluster, 'certain' | 'untilCertain'> | undefined;
}

/** What waits until the event that led to it is durable. */
export type Held = RunAction | StartChild | CancelAction;

/** What runs do outside of their state: actions, timers and other runs. */
export class RunWork {
  readonly #options: RunWorkOptions;
  readonly #slots: ActionSlots;
  readonly #timers: TimerQueue;
  /** Actions with a place that wait until we know that the runs are still ours. */
  readonly #held = new Map<RunAction, LiveRun>();
  readonly #idle: (() => void)[] = [];
  #draining = false;

  constructor(options: RunWorkOptions) {
    this.#options = options;
    const { maxConcurrentActions, actionLimits, workspaceActions, runner } = options;
    this.#slots = new ActionSlots({
      limit: maxConcurrentActions,
      ...(actionLimits !== undefined && { actions: actionLimits }),
      ...(workspaceActions !== undefined && { workspaceLimit: workspaceActions }),
      nameOf: (action) => runner.nameOf?.(action) ?? action,
      start: (run, command) => this.#run(run, command),
    });
    this.#timers = new TimerQueue(options.clock);
  }

  /** Does at once what may be done at once. Gives what must wait until the event is durable. */
  carryOut(run: LiveRun, commands: readonly Command[]): Held[] {
    const held: Held[] = [];
    for (const command of commands) {
      if (command.type === 'RunAction') {
        const action = run.graph.actions[command.action]!.action;
        if (this.#options.runner.isPure?.(action) === true) this.#enqueue(run, command);
        else held.push(command);
      } else if (command.type === 'StartChild') held.push(command);
      else if (command.type === 'StartTimer') this.#startTimer(run, command.seq, command.fireAt);
      else if (command.type === 'CancelAction') {
        this.#cancel(run, command.seq);
        if (run.children.has(command.seq)) held.push(command);
      }
    }
    return held;
  }

  /** The event that led to it is durable. */
  release(run: LiveRun, command: Held): void {
    const { children } = this.#options;
    if (command.type === 'RunAction') this.#enqueue(run, command);
    else if (command.type === 'CancelAction') children.cancel(run, command.seq);
    else if (!this.#draining) void children.start(run, command).catch(() => undefined);
  }

  /** Ends what the run does, and tells it nothing of that. */
  stop(run: LiveRun): void {
    for (const { abandon } of run.inFlight.values()) abandon.abort();
    for (const timer of run.timers.values()) timer[Symbol.dispose]();
    run.timers.clear();
  }

  /** Begins nothing any more. What runs goes on. */
  close(): void {
    this.#draining = true;
    this.#slots.close();
    for (const [command, run] of this.#held) {
      this.#held.delete(command);
      this.#released(run, command);
    }
    this.#timers[Symbol.dispose]();
  }

  /** Resolves when no action runs. */
  async idle(): Promise<void> {
    if (this.#slots.taken === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #startTimer(run: LiveRun, seq: number, fireAt: number): void {
    run.timers.set(
      seq,
      this.#timers.add(fireAt, () => {
        run.timers.delete(seq);
        this.#options.answer(run, { type: 'TimerFired', seq, at: this.#options.clock.now() });
      }),
    );
  }

  /** Nobody waits for a command that is not pending any more; the end of one that is still counts. */
  #cancel(run: LiveRun, seq: number): void {
    const attempt = run.inFlight.get(seq);
    if (!isPending(run, seq)) attempt?.abandon.abort();
    else if (attempt !== undefined) attempt.stop.ask();
    else if (run.state.pending[seq]!.kind === 'action') this.#answerUnbegun(run, seq);
    run.timers.get(seq)?.[Symbol.dispose]();
    run.timers.delete(seq);
  }

  #enqueue(run: LiveRun, command: RunAction): void {
    if (run.state.cancel === undefined) this.#slots.add(run, command);
    else this.#answerUnbegun(run, command.seq);
  }

  /** It was to run and never will. Told afterwards: the event that led here has not been appended yet. */
  #answerUnbegun(run: LiveRun, seq: number): void {
    queueMicrotask(() => {
      const { answer, clock } = this.#options;
      if (!run.over && isPending(run, seq)) answer(run, { type: 'ActionCancelled', seq, at: clock.now() });
    });
  }

  /** False when it takes no place. */
  #run(run: LiveRun, command: RunAction): boolean {
    if (run.over || this.#draining || !isPending(run, command.seq) || run.state.cancel !== undefined) return false;
    if (this.#options.cluster?.certain === false) {
      this.#hold(run, command, this.#options.cluster);
      return true;
    }
    const [stop, abandon] = [new PoliteStop(), new AbortController()];
    run.inFlight.set(command.seq, { stop, abandon });
    const { graph, state } = run;
    const startedAt = this.#options.clock.now();
    this.#options.runner.run({ graph, state, command, signal: abandon.signal, stop }).then(
      (outcome) => this.#settled(run, command, startedAt, outcome),
      (error) =>
        this.#settled(run, command, startedAt, { status: 'failed', error: toErrorRecord(error), warnings: [] }),
    );
    return true;
  }

  /** After a silence another host may have done it already. */
  #hold(run: LiveRun, command: RunAction, cluster: NonNullable<RunWorkOptions['cluster']>): void {
    this.#held.set(command, run);
    void cluster.untilCertain().then(() => {
      if (this.#held.delete(command) && !this.#run(run, command)) this.#released(run, command);
    });
  }

  #settled(run: LiveRun, command: RunAction, startedAt: number, outcome: ActionOutcome): void {
    const { seq } = command;
    run.inFlight.delete(seq);
    const { clock, maxEventSize, answer } = this.#options;
    if (!run.over && isPending(run, seq)) {
      const { event, body } = outcomeEvent(outcome, seq, clock.now(), maxEventSize, startedAt);
      answer(run, event, body);
    }
    this.#released(run, command);
  }

  #released(run: LiveRun, command: RunAction): void {
    this.#slots.release(run, command);
    if (this.#slots.taken === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
