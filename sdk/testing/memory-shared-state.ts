import type { SharedState } from '../contributions/gateway/shared-state.ts';
import type { TestClock } from './test-clock.ts';

/** The state that gateway policies share, in memory. */
export function memorySharedState(clock: TestClock): SharedState {
  const entries = new Map<string, { readonly value: string; readonly until: number }>();
  const live = (key: string) => {
    const entry = entries.get(key);
    return entry !== undefined && entry.until > clock.now() ? entry : undefined;
  };
  const put = (key: string, value: string, ttlMs: number) => entries.set(key, { value, until: clock.now() + ttlMs });
  return {
    get: (key) => live(key)?.value,
    set: (key, value, { ttlMs }) => {
      put(key, value, ttlMs);
    },
    add: (key, amount, { ttlMs }) => {
      const entry = live(key);
      const until = entry?.until ?? clock.now() + ttlMs;
      const count = Number(entry?.value ?? 0) + amount;
      entries.set(key, { value: String(count), until });
      return { count, resetMs: until - clock.now() };
    },
    swap: (key, expected, next, { ttlMs }) => {
      if (live(key)?.value !== expected) return false;
      put(key, next, ttlMs);
      return true;
    },
  };
}
