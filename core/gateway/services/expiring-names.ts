export interface ExpiringNamesOptions {
  /** Of more the oldest are forgotten. */
  readonly most: number;
  readonly now?: () => number;
}

/** What is known of names for a while. Callers make names up, so there is a limit to how many are kept. */
export class ExpiringNames<T> {
  readonly #most: number;
  readonly #now: () => number;
  readonly #kept = new Map<string, { readonly value: T; readonly until: number }>();

  constructor({ most, now = Date.now }: ExpiringNamesOptions) {
    this.#most = most;
    this.#now = now;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(name: string): T | undefined {
    const kept = this.#kept.get(name);
    if (kept === undefined) return undefined;
    if (kept.until > this.#now()) return kept.value;
    this.#kept.delete(name);
    return undefined;
  }

  /** Milliseconds for which it is known still. */
  leftMs(name: string): number {
    return Math.max(0, (this.#kept.get(name)?.until ?? 0) - this.#now());
  }

  set(name: string, value: T, forMs: number): void {
    this.#kept.delete(name);
    this.#kept.set(name, { value, until: this.#now() + forMs });
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
  }

  clear(): void {
    this.#kept.clear();
  }
}
