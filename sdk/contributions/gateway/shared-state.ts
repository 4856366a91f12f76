/** At once where the state lies in this process, else a promise. `andThen` waits only when it must. */
export type Ready<T> = T | Promise<T>;

export interface Counted {
  readonly count: number;
  /** Milliseconds until it starts anew. */
  readonly resetMs: number;
}

/** State that the workers of a gateway, and its hosts, have in common: counters of rate limits, states of breakers. Rejects while its store does not answer. */
export interface SharedState {
  get(key: string): Ready<string | undefined>;
  set(key: string, value: string, options: { readonly ttlMs: number }): Ready<void>;
  /** Adds and gives the new count; the first addition starts the time. Atomic. */
  add(key: string, amount: number, options: { readonly ttlMs: number }): Ready<Counted>;
  /** Sets only when the value is still the expected one (`undefined`: absent). Atomic; false when another was faster. */
  swap(key: string, expected: string | undefined, next: string, options: { readonly ttlMs: number }): Ready<boolean>;
}

/** Goes on with a value that may be there already: without a promise when it is. */
export function andThen<T, R>(value: Ready<T>, next: (value: T) => R): R | Promise<Awaited<R>> {
  if (typeof (value as PromiseLike<T> | undefined)?.then !== 'function') return next(value as T);
  return (value as Promise<T>).then(next) as Promise<Awaited<R>>;
}
