/** Lines outside calls are counted over this time. */
const WINDOW_MS = 10_000;
/** A plugin that says so many times more than is kept is not chatty, it floods. */
const FLOOD = 20;

/** How much a plugin may say outside its calls. */
export class LogLimit {
  readonly #most: number;
  #since = performance.now();
  #kept = 0;
  #said = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** True while lines are kept. */
  permits(): boolean {
    this.#turn();
    return ++this.#kept <= this.#most;
  }

  /** Counts something said; true when it is a flood. */
  stray(): boolean {
    this.#turn();
    return ++this.#said > FLOOD * this.#most;
  }

  #turn(): void {
    const now = performance.now();
    if (now - this.#since < WINDOW_MS) return;
    this.#since = now;
    this.#kept = 0;
    this.#said = 0;
  }
}
