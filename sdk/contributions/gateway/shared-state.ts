/** State that the workers of a gateway, and its hosts, have in common: counters of rate limits, states of breakers. */
export interface SharedState {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, options: { readonly ttlMs: number }): Promise<void>;
  /** Adds and gives the new count and the milliseconds until it starts anew; the first addition starts the time. Atomic. */
  add(
    key: string,
    amount: number,
    options: { readonly ttlMs: number },
  ): Promise<{ readonly count: number; readonly resetMs: number }>;
  /** Sets only when the value is still the expected one (`undefined`: absent). Atomic; false when another was faster. */
  swap(key: string, expected: string | undefined, next: string, options: { readonly ttlMs: number }): Promise<boolean>;
}
