/**
 * Remembers what `make` gave for a text; forgets the least recently used beyond `limit`. Failures are not remembered.
 * Several `make`s need several caches.
 */
export function boundedCache<T>(limit: number): (key: string, make: (key: string) => T) => T {
  const entries = new Map<string, T>();
  return (key, make) => {
    const known = entries.get(key);
    if (known !== undefined) {
      entries.delete(key);
      entries.set(key, known);
      return known;
    }
    const made = make(key);
    entries.set(key, made);
    if (entries.size > limit) entries.delete(entries.keys().next().value!);
    return made;
  };
}
