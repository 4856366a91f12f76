import { parseJson } from '@backplane/sdk';
import { checkedEntry, checkedKey } from './key-value-limits.ts';
import type { KeyValueStore } from './key-value-store.ts';

interface Entry {
  readonly text: string;
  readonly expiresAt: number;
}

/** The same, for hosts without a database: gone when the process ends. */
export function createMemoryKeyValueStore(now: () => number = Date.now): KeyValueStore {
  const scopes = new Map<string, Map<string, Entry>>();
  const entriesOf = (scope: string) => {
    const entries = scopes.get(scope) ?? new Map<string, Entry>();
    scopes.set(scope, entries);
    return entries;
  };
  return {
    scope(name) {
      const entries = entriesOf(name);
      const live = (key: string) => {
        const entry = entries.get(checkedKey(key));
        if (entry !== undefined && entry.expiresAt > now()) return entry;
        entries.delete(key);
        return undefined;
      };
      const put = (key: string, value: unknown, options?: { readonly ttlMs?: number }) => {
        const { text, ttlMs } = checkedEntry(key, value, options);
        entries.set(key, { text, expiresAt: ttlMs === null ? Number.POSITIVE_INFINITY : now() + ttlMs });
      };
      return {
        async get(key) {
          const entry = live(key);
          return entry === undefined ? undefined : parseJson(entry.text);
        },
        set: async (key, value, options) => put(key, value, options),
        async setIfAbsent(key, value, options) {
          if (live(key) !== undefined) return false;
          put(key, value, options);
          return true;
        },
        async delete(key) {
          entries.delete(checkedKey(key));
        },
      };
    },
  };
}
