import type { KeyValue } from '../ports/key-value.ts';
import type { TestClock } from './test-clock.ts';

/** The `kv` port in memory; values cross as JSON, as they do on a host. */
export function memoryKv(clock: TestClock): KeyValue {
  const entries = new Map<string, { readonly text: string; readonly until: number }>();
  const live = (key: string) => {
    const entry = entries.get(key);
    return entry !== undefined && entry.until > clock.now() ? entry : undefined;
  };
  const put = (key: string, value: unknown, ttlMs = Number.POSITIVE_INFINITY) => {
    if (key.length > 512) throw new RangeError('A key has up to 512 characters.');
    const text = JSON.stringify(value);
    if (text.length > 256 * 1024) throw new RangeError('A value is JSON up to 256 KB.');
    entries.set(key, { text, until: clock.now() + ttlMs });
  };
  return {
    get: async (key) => {
      const entry = live(key);
      return entry === undefined ? undefined : JSON.parse(entry.text);
    },
    set: async (key, value, options) => put(key, value, options?.ttlMs),
    setIfAbsent: async (key, value, options) => {
      if (live(key) !== undefined) return false;
      put(key, value, options?.ttlMs);
      return true;
    },
    delete: async (key) => {
      entries.delete(key);
    },
  };
}
