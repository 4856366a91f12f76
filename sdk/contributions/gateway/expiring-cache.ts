/** What stays true for a while: bounded, the least recently used goes first. Keys of credentials are hashes, never the credentials. */
export interface ExpiringCache<V> {
  /** Undefined when absent or no longer true at `now` (epoch milliseconds). */
  get(key: string, now: number): V | undefined;
  set(key: string, value: V, until: number): void;
  delete(key: string): void;
  readonly size: number;
}

export function expiringCache<V>({ maxEntries }: { readonly maxEntries: number }): ExpiringCache<V> {
  const entries = new Map<string, { readonly value: V; readonly until: number }>();
  let hits = 0;
  return {
    get(key, now) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.until <= now) {
        entries.delete(key);
        return undefined;
      }
      // Moving costs more than finding: each eighth hit moves, which keeps what is used often.
      hits = (hits + 1) & 7;
      if (hits === 0) {
        entries.delete(key);
        entries.set(key, entry);
      }
      return entry.value;
    },
    set(key, value, until) {
      if (maxEntries < 1) return;
      entries.delete(key);
      entries.set(key, { value, until });
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size;
    },
  };
}

/** Asks once, however many wait for the same key. Nothing is kept afterwards. */
export function singleFlight<V>(): (key: string, ask: () => Promise<V>) => Promise<V> {
  const flights = new Map<string, Promise<V>>();
  return (key, ask) => {
    const known = flights.get(key);
    if (known !== undefined) return known;
    const flight = ask().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}
