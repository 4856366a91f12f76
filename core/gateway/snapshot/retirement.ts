import { withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';

/** Counts the requests of a snapshot, and closes what it holds when it has been replaced and the last one has ended. */
export class Retirement {
  readonly #close: () => Promise<unknown>;
  #open = 0;
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(close: () => Promise<unknown>) {
    this.#close = close;
  }

  enter(): void {
    this.#open += 1;
  }

  leave(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#drained?.resolve();
  }

  async begin(graceMs: number): Promise<void> {
    this.#drained = Promise.withResolvers();
    if (this.#open > 0) await withinDeadline(this.#drained.promise, graceMs);
    await this.#close();
  }
}
