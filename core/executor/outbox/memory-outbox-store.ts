import type { Notice } from '../journal/journal.ts';
import type { OutboxStore } from './outbox-store.ts';

interface Kept extends Notice {
  readonly runId: string;
  readonly createdAt: number;
  attempts: number;
  nextAt: number | null;
}

/** Notices of a journal in memory, which are handed to `add`. */
export function createMemoryOutboxStore(): OutboxStore & { add(notice: Notice, runId: string, now: number): void } {
  const notices = new Map<string, Kept>();
  return {
    add(notice, runId, now) {
      notices.set(notice.id, { ...notice, runId, createdAt: now, attempts: 0, nextAt: now });
    },
    async claim(consumers, now, leaseMs, limit) {
      const due = [...notices.values()]
        .filter(({ nextAt, consumer }) => nextAt !== null && nextAt <= now && consumers.includes(consumer))
        .slice(0, limit);
      return due.map((kept) => {
        kept.nextAt = now + leaseMs;
        return { id: kept.id, consumer: kept.consumer, body: kept.body, runId: kept.runId, attempts: kept.attempts++ };
      });
    },
    async delivered(id) {
      notices.delete(id);
    },
    async failed(id, nextAt) {
      const kept = notices.get(id);
      if (kept !== undefined) kept.nextAt = nextAt;
    },
    async forget(before) {
      const old = [...notices.values()].filter(({ createdAt }) => createdAt < before);
      for (const { id } of old) notices.delete(id);
      return old.length;
    },
  };
}
