import type { RunAction } from '../scheduler/command.ts';
import type { LiveRun } from './live-run.ts';

/**
 * The places for actions that run at the same time, over all runs. When they are taken, runs wait in a circle and get one place
 * each in turn, so that a run with a thousand actions does not keep the others from their one.
 */
export class ActionSlots {
  readonly #limit: number;
  readonly #start: (run: LiveRun, command: RunAction) => void;
  readonly #waiting = new Map<LiveRun, RunAction[]>();
  #taken = 0;
  #open = true;

  constructor(limit: number, start: (run: LiveRun, command: RunAction) => void) {
    this.#limit = limit;
    this.#start = start;
  }

  get taken(): number {
    return this.#taken;
  }

  add(run: LiveRun, command: RunAction): void {
    if (!this.#open) return;
    if (this.#taken < this.#limit) {
      this.#taken++;
      this.#start(run, command);
      return;
    }
    const queue = this.#waiting.get(run);
    if (queue === undefined) this.#waiting.set(run, [command]);
    else queue.push(command);
  }

  /** One action has ended; its place goes to the run that has waited longest. */
  release(): void {
    this.#taken--;
    const next = this.#waiting.entries().next().value;
    if (next === undefined || this.#taken >= this.#limit) return;
    const [run, queue] = next;
    const command = queue.shift()!;
    this.#waiting.delete(run);
    if (queue.length > 0) this.#waiting.set(run, queue);
    this.#taken++;
    this.#start(run, command);
  }

  /** Starts nothing any more. */
  close(): void {
    this.#open = false;
    this.#waiting.clear();
  }
}
