/** Whoever waits for an answer. */
export interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What the host has asked a plugin's process besides calls, and has no answer to yet. */
export class OpenRequests {
  readonly #open = new Map<number, Waiting>();

  /** Resolves with the answer. */
  ask(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
  }

  /** Takes out the request that this is the answer to, if there is one. */
  take(id: number): Waiting | undefined {
    const request = this.#open.get(id);
    this.#open.delete(id);
    return request;
  }

  failAll(error: unknown): void {
    for (const request of this.#open.values()) request.reject(error);
    this.#open.clear();
  }
}
