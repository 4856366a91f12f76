import { toErrorRecord } from '../../errors/to-record.ts';
import type { RunRecord, RunRequest } from '../engine.ts';
import { shardOf } from '../hosts/shard.ts';
import type { StartChild } from '../scheduler/command.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { childEvent } from './child-event.ts';
import { childRunId } from './child-run-id.ts';
import type { Clock } from './clock.ts';
import { encodeEvent } from './encode-event.ts';
import { isPending, type LiveRun, recordOf } from './live-run.ts';
import type { Prepared } from './prepare-run.ts';

export interface ChildRunsOptions {
  readonly live: ReadonlyMap<string, LiveRun>;
  readonly clock: Clock;
  readonly maxEventSize: number;
  /** How long a child's actions may take to stop when nobody waits for it any more. */
  readonly cancelGraceMs: number;
  /** The run that the command asks for. Throws when there can be none. */
  childFor(parent: LiveRun, command: StartChild): Promise<{ readonly request: RunRequest; readonly vars: unknown }>;
  prepare(request: RunRequest, vars: unknown, runId: string): Prepared;
  /** Makes the start of the child and the parent's `ChildStarted` durable, in one commit, and lets the child go. */
  commit(parent: LiveRun, seq: number, child: Prepared): Promise<void>;
  answer(run: LiveRun, event: RunEvent, body?: string): void;
  /** The run, live again, if it is asleep. */
  wake(runId: string): Promise<LiveRun | undefined>;
  /** True for a run that has not ended, live or asleep. */
  goesOn(runId: string): Promise<boolean>;
}

/**
 * Runs that other runs have asked for. A parent that waits is told of the end of its child as often as it takes: when the child
 * ends, and again after a crash; the scheduler takes the first answer alone.
 */
export class ChildRuns {
  readonly #options: ChildRunsOptions;
  #starting = 0;

  constructor(options: ChildRunsOptions) {
    this.#options = options;
  }

  /** The command is durable. After a crash the child may exist already; then there is nothing to start. */
  async start(parent: LiveRun, command: StartChild): Promise<void> {
    const { seq } = command;
    const pending = parent.state.pending[seq];
    if (pending?.kind !== 'child') return;
    if (pending.runId !== undefined) {
      parent.children.set(seq, pending.runId);
      return;
    }
    this.#starting++;
    try {
      const child = await this.#prepare(parent, command);
      if (child !== undefined) await this.#options.commit(parent, seq, child);
    } finally {
      this.#starting--;
    }
  }

  /** Children asked for that are not live yet. */
  get starting(): number {
    return this.#starting;
  }

  async #prepare(parent: LiveRun, command: StartChild): Promise<Prepared | undefined> {
    const { childFor, prepare, clock, answer } = this.#options;
    const { seq, at } = command;
    try {
      const { request, vars } = await childFor(parent, command);
      return isPending(parent, seq) ? prepare(request, vars, childRunId(parent.runId, seq, at)) : undefined;
    } catch (error) {
      const event: RunEvent = { type: 'ChildFailed', seq, at: clock.now(), error: toErrorRecord(error) };
      if (isPending(parent, seq)) answer(parent, event, encodeEvent(event, 'The error', Number.POSITIVE_INFINITY));
      return undefined;
    }
  }

  /** The end of the child is durable. */
  ended(child: LiveRun): void {
    const { runId, seq } = child.parent ?? {};
    if (runId === undefined || seq === undefined) return;
    const parent = this.#options.live.get(runId);
    if (parent !== undefined) this.tell(parent, seq, recordOf(child));
    // It looks after its children when it wakes; if it cannot be woken now, it is roused in the journal.
    else void this.#options.wake(runId).catch(() => undefined);
  }

  /** Tells the parent how its child has ended, if it still wants to know. */
  tell(parent: LiveRun, seq: number, child: Pick<RunRecord, 'runId' | 'status' | 'result' | 'error'>): void {
    const pending = parent.state.pending[seq];
    if (pending === undefined || !isPending(parent, seq)) return;
    const { clock, maxEventSize, answer } = this.#options;
    parent.children.delete(seq);
    const masked = pending.kind === 'child' && parent.graph.actions[pending.action]!.maskOutput;
    const { event, body } = childEvent(child, { seq, at: clock.now(), masked }, maxEventSize);
    answer(parent, event, body);
  }

  /** Nobody wants the child any more. A parent that is being cancelled itself still waits for its end. */
  cancel(parent: LiveRun, seq: number): void {
    const runId = parent.children.get(seq);
    if (!isPending(parent, seq)) parent.children.delete(seq);
    if (runId === undefined) return;
    const child = this.#options.live.get(runId);
    if (child !== undefined) this.#abandon(child);
    else void this.#abandonSleeper(runId).catch(() => undefined);
  }

  cancelAll(parent: LiveRun): void {
    for (const seq of [...parent.children.keys()]) this.cancel(parent, seq);
  }

  /** Once every run of these shards is live again: a crash may have come between the end of a parent and that of its children. */
  cancelOrphans(shards: ReadonlySet<number>): void {
    for (const child of [...this.#options.live.values()])
      if (shards.has(shardOf(child.runId))) this.cancelOrphan(child);
  }

  /** Older versions put children into any shard: another host may have the parent of such a one. */
  cancelOrphan(child: LiveRun): void {
    const { runId, seq } = child.parent ?? {};
    if (runId === undefined || seq === undefined) return;
    const parent = this.#options.live.get(runId);
    if (parent === undefined) void this.#abandonUnless(child, runId).catch(() => undefined);
    else if (!isPending(parent, seq) || parent.state.cancel !== undefined) this.#abandon(child);
  }

  /** A child that was under way to its start when its parent was paused. */
  pauseWithParent(child: LiveRun): void {
    const { runId, seq } = child.parent!;
    const paused = seq === undefined ? undefined : this.#options.live.get(runId)?.state.paused;
    if (paused === undefined) return;
    const { answer, clock } = this.#options;
    answer(child, { type: 'PauseRequested', at: clock.now(), reason: paused.reason, by: runId });
  }

  async #abandonUnless(child: LiveRun, parentId: string): Promise<void> {
    if (!(await this.#options.goesOn(parentId))) this.#abandon(child);
  }

  async #abandonSleeper(runId: string): Promise<void> {
    const child = await this.#options.wake(runId);
    if (child !== undefined) this.#abandon(child);
  }

  #abandon(child: LiveRun): void {
    const { answer, clock, cancelGraceMs: graceMs } = this.#options;
    const reason = 'the run that waited for it has ended or does not wait any more';
    answer(child, { type: 'CancelRequested', at: clock.now(), reason, graceMs });
  }
}
