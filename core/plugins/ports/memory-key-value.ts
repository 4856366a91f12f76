import { type KeyValue, parseJson, stringifyJson } from '@backplane/sdk';

interface Entry {
  /** As JSON text, so that callers cannot share objects through the store. */
  readonly json: string;
  readonly expiresAt: number;
}

/** A store that lives as long as the process, for commands that run without a database. */
export function memoryKeyValue(now: () => number = Date.now): KeyValue {
  const entries = new Map<string, Entry>();
  const live = (key: string) => {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > now()) return entry;
    entries.delete(key);
    return undefined;
  };
  const put = (key: string, value: unknown, ttlMs = Infinity) => {
    entries.set(key, { json: stringifyJson(value), expiresAt: now() + ttlMs });
  };
  return {
    async get(key) {
      const entry = live(key);
      return entry === undefined ? undefined : parseJson(entry.json);
    },
    async set(key, value, options) {
      put(key, value, options?.ttlMs);
    },
    async setIfAbsent(key, value, options) {
      if (live(key) !== undefined) return false;
      put(key, value, options?.ttlMs);
      return true;
    },
    async delete(key) {
      entries.delete(key);
    },
  };
}
