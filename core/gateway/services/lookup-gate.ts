export interface LookupGateOptions {
  /** At the same time. */
  readonly atOnce: number;
  /** Behind those. */
  readonly waiting: number;
  /** On average, after as many at a stretch as `burst` says. */
  readonly perSecond: number;
  readonly burst: number;
  readonly now?: () => number;
}

/** Lets only so many questions through to a registry: callers decide how many there are. */
export class LookupGate {
  readonly #options: LookupGateOptions;
  readonly #now: () => number;
  readonly #queue: (() => void)[] = [];
  #running = 0;
  #left: number;
  #filledAt: number;

  constructor(options: LookupGateOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#left = options.burst;
    this.#filledAt = this.#now();
  }

  /** Gives what ends the question, or undefined at once where there are too many. */
  enter(): Promise<Disposable> | undefined {
    const { atOnce, waiting } = this.#options;
    if (this.#running >= atOnce && this.#queue.length >= waiting) return undefined;
    if (!this.#take()) return undefined;
    return this.#turn();
  }

  async #turn(): Promise<Disposable> {
    if (this.#running >= this.#options.atOnce) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running += 1;
    return {
      [Symbol.dispose]: () => {
        const next = this.#queue.shift();
        // The place goes on to the next one.
        if (next === undefined) this.#running -= 1;
        else next();
      },
    };
  }

  #take(): boolean {
    const { perSecond, burst } = this.#options;
    const now = this.#now();
    this.#left = Math.min(burst, this.#left + ((now - this.#filledAt) / 1_000) * perSecond);
    this.#filledAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
