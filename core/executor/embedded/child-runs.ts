import { toErrorRecord } from '../../errors/to-record.ts';
import type { RunRecord, RunRequest } from '../engine.ts';
import type { StartChild } from '../scheduler/command.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { childEvent } from './child-event.ts';
import { childRunId } from './child-run-id.ts';
import type { Clock } from './clock.ts';
import { encodeEvent } from './encode-event.ts';
import { isPending, type LiveRun, recordOf } from './live-run.ts';
import type { Prepared } from './prepared-run.ts';

export interface ChildRunsOptions {
  readonly live: ReadonlyMap<string, LiveRun>;
  readonly clock: Clock;
  readonly maxEventSize: number;
  /** The run that the command asks for. Throws when there can be none. */
  childFor(parent: LiveRun, command: StartChild): Promise<{ readonly request: RunRequest; readonly vars: unknown }>;
  prepare(request: RunRequest, vars: unknown, runId: string): Prepared;
  /** Makes the start of the child and the parent's `ChildStarted` durable, in one commit, and lets the child go. */
  commit(parent: LiveRun, seq: number, child: Prepared): Promise<void>;
  answer(run: LiveRun, event: RunEvent, body?: string): void;
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
    const parent = runId === undefined ? undefined : this.#options.live.get(runId);
    if (parent !== undefined && seq !== undefined) this.tell(parent, seq, recordOf(child));
  }

  /** Tells the parent how its child has ended, if it still wants to know. */
  tell(parent: LiveRun, seq: number, child: Pick<RunRecord, 'runId' | 'status' | 'result' | 'error'>): void {
    if (!isPending(parent, seq)) return;
    const { clock, maxEventSize, answer } = this.#options;
    parent.children.delete(seq);
    const { event, body } = childEvent(child, seq, clock.now(), maxEventSize);
    answer(parent, event, body);
  }

  /** Nobody waits for the child any more. */
  cancel(parent: LiveRun, seq: number): void {
    const runId = parent.children.get(seq);
    const child = runId === undefined ? undefined : this.#options.live.get(runId);
    parent.children.delete(seq);
    if (child !== undefined) this.#abandon(child);
  }

  cancelAll(parent: LiveRun): void {
    for (const seq of [...parent.children.keys()]) this.cancel(parent, seq);
  }

  /** Once every run is live again: a crash may have come between the end of a parent and that of its children. */
  cancelOrphans(): void {
    for (const child of [...this.#options.live.values()]) this.cancelOrphan(child);
  }

  cancelOrphan(child: LiveRun): void {
    const { runId, seq } = child.parent ?? {};
    if (runId === undefined || seq === undefined) return;
    const parent = this.#options.live.get(runId);
    if (parent === undefined || !isPending(parent, seq)) this.#abandon(child);
  }

  #abandon(child: LiveRun): void {
    const reason = 'the run that waited for it has ended or does not wait any more';
    this.#options.answer(child, { type: 'CancelRequested', at: this.#options.clock.now(), reason });
  }
}
