import type { Counted, SharedState } from '@backplane/sdk';

interface Entry {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

const SWEEP_MS = 10_000;
/** Callers choose keys, so there is an end to them; the oldest go first. */
const MOST_ENTRIES = 1_000_000;

/** Shared state in this process: answers at once. */
export class MemoryState implements SharedState, Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #sweeping: NodeJS.Timeout;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  get(key: string): string | undefined {
    return this.#live(key)?.value;
  }

  set(key: string, value: string, { ttlMs }: { readonly ttlMs: number }): void {
    this.#put(key, { value, until: this.#now() + ttlMs });
  }

  add(key: string, amount: number, { ttlMs }: { readonly ttlMs: number }): Counted {
    const now = this.#now();
    const entry = this.#entries.get(key);
    const isLive = entry !== undefined && entry.until > now;
    const until = isLive ? entry.until : now + ttlMs;
    const count = (isLive ? Number(entry.value) : 0) + amount;
    this.#put(key, { value: String(count), until });
    return { count, resetMs: until - now };
  }

  swap(key: string, expected: string | undefined, next: string, { ttlMs }: { readonly ttlMs: number }): boolean {
    if (this.#live(key)?.value !== expected) return false;
    this.#put(key, { value: next, until: this.#now() + ttlMs });
    return true;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweeping);
    this.#entries.clear();
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > this.#now() ? entry : undefined;
  }

  #put(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    if (this.#entries.size <= MOST_ENTRIES) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  #sweep(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key);
  }
}
