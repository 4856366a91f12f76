/** What is counted of something that lasts is counted over this time. */
const WINDOW_MS = 10_000;

/** How much of something a call may have: so much in all, or, of what lasts, so much in every ten seconds. */
export class CallBudget {
  readonly #most: number;
  readonly #lasts: boolean;
  #since = performance.now();
  #spent = 0;

  constructor(most: number, { lasts }: { readonly lasts: boolean }) {
    this.#most = most;
    this.#lasts = lasts;
  }

  /** Counts one; false when it is one too many. */
  spend(): boolean {
    const now = performance.now();
    if (this.#lasts && now - this.#since >= WINDOW_MS) {
      this.#since = now;
      this.#spent = 0;
    }
    this.#spent += 1;
    return this.#spent <= this.#most;
  }
}
