/**
 * One limit of time that is set again and again, mostly to the same length. Setting it is noting a time: the timer beneath goes on and looks, when it rings,
 * whether the limit has moved. Does not keep the process alive.
 */
export class PhaseTimer {
  readonly #late: () => void;
  #timer: NodeJS.Timeout | undefined;
  #milliseconds = 0;
  /** By the clock of `performance`; 0: no limit. */
  #deadline = 0;
  /** When the timer beneath rings; 0: it does not run. */
  #rings = 0;

  constructor(late: () => void) {
    this.#late = late;
  }

  /** Begins anew; 0: no limit. */
  arm(milliseconds: number): void {
    this.#milliseconds = milliseconds;
    if (milliseconds === 0) {
      this.#deadline = 0;
      return;
    }
    const now = performance.now();
    this.#deadline = now + milliseconds;
    if (this.#rings === 0 || this.#rings > this.#deadline + 1) this.#set(now);
  }

  /** As long as before, from now on. */
  again(): void {
    if (this.#deadline > 0) this.arm(this.#milliseconds);
  }

  rest(): void {
    this.#deadline = 0;
  }

  end(): void {
    this.#deadline = 0;
    this.#rings = 0;
    clearTimeout(this.#timer);
  }

  #set(now: number): void {
    clearTimeout(this.#timer);
    this.#rings = this.#deadline;
    this.#timer = setTimeout(this.#ring, this.#deadline - now).unref();
  }

  readonly #ring = (): void => {
    this.#rings = 0;
    if (this.#deadline === 0) return;
    const now = performance.now();
    if (now < this.#deadline - 1) {
      this.#set(now);
      return;
    }
    this.#deadline = 0;
    this.#late();
  };
}
