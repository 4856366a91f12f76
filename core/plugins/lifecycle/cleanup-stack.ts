import { LATE, withinDeadline } from './within-deadline.ts';

/** Clean-ups run last-in first-out, each in its own try and deadline, so that none can stop the others. */
export class CleanupStack implements AsyncDisposable {
  readonly #cleanups: (() => unknown)[] = [];
  readonly #limitMs: number;
  readonly #onFailure: (problem: unknown) => void;

  constructor(limitMs: number, onFailure: (problem: unknown) => void) {
    this.#limitMs = limitMs;
    this.#onFailure = onFailure;
  }

  add(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let cleanup = this.#cleanups.pop(); cleanup !== undefined; cleanup = this.#cleanups.pop()) {
      const run = cleanup;
      try {
        const ended = await withinDeadline(Promise.resolve().then(run), this.#limitMs);
        if (ended === LATE) this.#onFailure(new Error(`a clean-up took longer than ${this.#limitMs / 1000} s`));
      } catch (problem) {
        this.#onFailure(problem);
      }
    }
  }
}
