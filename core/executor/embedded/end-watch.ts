const FIRST_LOOK_MS = 20;
const LONGEST_PAUSE_MS = 200;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Waits for the ends of runs that live on other hosts, by looking into the journal: one query for all of them, more seldom the
 * longer nothing ends.
 */
export class EndWatch {
  readonly #ended: (runIds: readonly string[]) => Promise<readonly string[]>;
  readonly #waiting = new Map<string, Set<Waiter>>();
  #pause = FIRST_LOOK_MS;
  #timer: NodeJS.Timeout | undefined;
  #closed: Error | undefined;

  constructor(ended: (runIds: readonly string[]) => Promise<readonly string[]>) {
    this.#ended = ended;
  }

  /** Resolves when the run has ended. Rejects when the caller goes away, or the engine stops. */
  untilEnded(runId: string, signal: AbortSignal | undefined): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { resolve, reject };
    const waiters = this.#waiting.get(runId) ?? new Set();
    this.#waiting.set(runId, waiters.add(waiter));
    const abort = () => reject(signal!.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    this.#pause = FIRST_LOOK_MS;
    this.#arm();
    return promise.finally(() => {
      signal?.removeEventListener('abort', abort);
      waiters.delete(waiter);
      if (waiters.size === 0 && this.#waiting.get(runId) === waiters) this.#waiting.delete(runId);
    });
  }

  close(error: Error): void {
    this.#closed = error;
    clearTimeout(this.#timer);
    for (const waiters of this.#waiting.values()) for (const { reject } of waiters) reject(error);
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#closed !== undefined || this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }

  async #look(): Promise<void> {
    // While the database is away, nothing ends.
    const ended = await this.#ended([...this.#waiting.keys()]).catch(() => []);
    for (const runId of ended) for (const { resolve } of this.#waiting.get(runId) ?? []) resolve();
    for (const runId of ended) this.#waiting.delete(runId);
    if (ended.length > 0) this.#pause = FIRST_LOOK_MS;
    this.#timer = undefined;
    this.#arm();
  }
}
