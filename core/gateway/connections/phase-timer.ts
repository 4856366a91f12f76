/** One limit of time that is set again and again, mostly to the same length: that costs no new timer. Does not keep the process alive. */
export class PhaseTimer {
  readonly #late: () => void;
  #timer: NodeJS.Timeout | undefined;
  #milliseconds = 0;
  #isArmed = false;

  constructor(late: () => void) {
    this.#late = late;
  }

  /** Begins anew; 0: no limit. */
  arm(milliseconds: number): void {
    this.#isArmed = milliseconds > 0;
    if (!this.#isArmed) return;
    if (this.#timer !== undefined && this.#milliseconds === milliseconds) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#milliseconds = milliseconds;
    this.#timer = setTimeout(() => {
      if (!this.#isArmed) return;
      this.#isArmed = false;
      this.#late();
    }, milliseconds).unref();
  }

  /** From the last `arm` on, as long as it counts. */
  again(): void {
    if (this.#isArmed) this.#timer?.refresh();
  }

  rest(): void {
    this.#isArmed = false;
  }

  end(): void {
    this.#isArmed = false;
    clearTimeout(this.#timer);
  }
}
