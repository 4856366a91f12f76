import type { ErrorRecord } from '@backplane/sdk';
import type { Graph } from '../../workflow/graph.ts';
import type { Command, RunAction, StartChild } from '../scheduler/command.ts';
import type { AttemptFacts, RunEvent } from '../scheduler/event.ts';
import { newRunState } from '../scheduler/initial-state.ts';
import { reduce } from '../scheduler/reduce.ts';
import { MASK } from '../secret-mask.ts';

export type AttemptStatus = 'running' | 'completed' | 'failed' | 'timed-out' | 'cancelled';

/** An attempt as the journal tells of it; times are epoch milliseconds. */
export interface TracedAttempt extends Omit<AttemptFacts, 'masked'> {
  /** Number of the command that asked for it. */
  readonly seq: number;
  /** Absent when the definition does not lead here any more. */
  readonly ref?: string;
  readonly stream?: string;
  readonly attempt: number;
  readonly round?: number;
  readonly item?: number;
  readonly pass?: number;
  readonly status: AttemptStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly result?: unknown;
  readonly error?: ErrorRecord;
  /** The run of another workflow that this is. */
  readonly runId?: string;
}

interface Open {
  readonly command: RunAction | StartChild;
  readonly ref: string;
  readonly at: number;
  runId?: string;
}

const STATUS: Readonly<Partial<Record<RunEvent['type'], AttemptStatus>>> = {
  ActionCompleted: 'completed',
  ActionFailed: 'failed',
  ActionTimedOut: 'timed-out',
  ActionCancelled: 'cancelled',
  ChildCompleted: 'completed',
  ChildFailed: 'failed',
};

/**
 * Follows the events of a run and tells of its attempts. Events name commands, and what a command was about only the scheduler knows:
 * so they are folded as the engine does. Once they do not fold any more, what they tell is passed on without its place.
 */
export class AttemptTrace {
  readonly #graph: Graph | undefined;
  readonly #state = newRunState();
  readonly #open = new Map<number, Open>();
  #folds: boolean;
  #last = 0;

  constructor(graph: Graph | undefined) {
    this.#graph = graph;
    this.#folds = graph !== undefined;
  }

  /** The attempts that have ended with this event. */
  feed(event: RunEvent): readonly TracedAttempt[] {
    this.#last = Math.max(this.#last, event.at);
    const answered = this.#answered(event);
    const stopped = this.#fold(event);
    return answered === undefined ? stopped : [answered, ...stopped];
  }

  /** Those that have not ended; `endedAt` is when the run has, if it did so without an event. */
  rest(endedAt: number | undefined): readonly TracedAttempt[] {
    return [...this.#open.values()].map((open) =>
      endedAt === undefined
        ? { ...placeOf(open), status: 'running', startedAt: open.at }
        : { ...placeOf(open), status: 'cancelled', startedAt: open.at, endedAt },
    );
  }

  #answered(event: RunEvent): TracedAttempt | undefined {
    if (!('seq' in event)) return undefined;
    const { seq, at } = event;
    const open = this.#open.get(seq);
    if (event.type === 'ChildStarted') {
      if (open === undefined) return undefined;
      open.runId = event.runId;
      if ((open.command as StartChild).wait) return undefined;
      this.#open.delete(seq);
      return { ...placeOf(open), status: 'completed', startedAt: open.at, endedAt: at };
    }
    const status = STATUS[event.type];
    // Answers to what nobody asks any more change nothing.
    if (status === undefined || (open === undefined && this.#folds)) return undefined;
    this.#open.delete(seq);
    const place = open === undefined ? { seq, attempt: 1 } : placeOf(open);
    return { ...place, status, endedAt: at, ...factsOf(event, open?.at ?? at) };
  }

  #fold(event: RunEvent): readonly TracedAttempt[] {
    if (!this.#folds) return [];
    let commands: readonly Command[] = [];
    try {
      commands = reduce(this.#graph!, this.#state, event);
    } catch {
      this.#folds = false;
    }
    const stopped: TracedAttempt[] = [];
    for (const command of commands) {
      if (command.type === 'RunAction' || command.type === 'StartChild') {
        const { ref } = this.#graph!.actions[command.action]!;
        this.#open.set(command.seq, { command, ref, at: this.#state.now });
      } else if (command.type === 'CancelAction') {
        const open = this.#open.get(command.seq);
        if (open === undefined) continue;
        this.#open.delete(command.seq);
        stopped.push({ ...placeOf(open), status: 'cancelled', startedAt: open.at, endedAt: this.#last });
      }
    }
    return stopped;
  }
}

function factsOf(event: RunEvent, at: number): Pick<TracedAttempt, 'startedAt'> & Partial<TracedAttempt> {
  const { type: _, at: __, seq: ___, warnings: ____, masked, ...facts } = event as RunEvent & Record<string, unknown>;
  return { startedAt: at, ...facts, ...(masked === true && 'result' in facts && { result: MASK }) };
}

function placeOf({ command, ref, runId }: Open) {
  const { seq, attempt, round, item, pass, stream } = command;
  return {
    seq,
    ref,
    attempt,
    ...(stream !== undefined && { stream }),
    ...(round !== undefined && { round }),
    ...(item !== undefined && { item }),
    ...(pass !== undefined && { pass }),
    ...(runId !== undefined && { runId }),
  };
}
