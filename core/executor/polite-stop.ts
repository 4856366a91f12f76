/** The wish that one attempt may stop. Less than an `AbortSignal`: there is one for every attempt, and hardly any is used. */
export class PoliteStop {
  #asked = false;
  #listener: (() => void) | undefined;

  get asked(): boolean {
    return this.#asked;
  }

  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#listener?.();
  }

  /** Calls back when the attempt is asked. One listener is all there is. */
  onAsk(listener: () => void): void {
    this.#listener = listener;
  }
}
