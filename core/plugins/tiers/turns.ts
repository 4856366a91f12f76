/** Lets so many work at the same time; the others wait, first come first served. */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves when it is this one's turn, which ends when it is disposed. Without a turn once the signal aborts. */
  async take(signal: AbortSignal): Promise<Disposable> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#wait(signal))) return { [Symbol.dispose]() {} };
    return { [Symbol.dispose]: () => this.#pass() };
  }

  async #wait(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const come = () => resolve(true);
    const leave = () => {
      this.#waiting.delete(come);
      resolve(false);
    };
    this.#waiting.add(come);
    signal.addEventListener('abort', leave, { once: true });
    const came = await promise;
    signal.removeEventListener('abort', leave);
    return came;
  }

  #pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
