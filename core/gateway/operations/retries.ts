const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** Another try after ever longer pauses. */
export class Retries implements Disposable {
  readonly #again: () => void;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #at: string | undefined;

  constructor(again: () => void) {
    this.#again = again;
  }

  /** ISO time of the next one. */
  get at(): string | undefined {
    return this.#at;
  }

  /** After another failure. */
  plan(): void {
    clearTimeout(this.#timer);
    const pauseMs = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)]!;
    this.#failures += 1;
    this.#at = new Date(Date.now() + pauseMs).toISOString();
    this.#timer = setTimeout(this.#again, pauseMs).unref();
  }

  /** There is nothing to be tried again. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.#at = undefined;
  }
}
