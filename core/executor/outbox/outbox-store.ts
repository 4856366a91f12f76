import type { Notice } from '../journal/journal.ts';

/** A notice that has been taken for delivery. */
export interface DueNotice extends Notice {
  readonly runId: string;
  /** Deliveries tried before this one. */
  readonly attempts: number;
}

/** What the commits of the journal have left to be delivered. */
export interface OutboxStore {
  /** Takes notices of these consumers that are due; who does not report on one within `leaseMs` loses it to others. */
  claim(consumers: readonly string[], now: number, leaseMs: number, limit: number): Promise<readonly DueNotice[]>;
  delivered(id: string): Promise<void>;
  /** To be tried again at `nextAt`; null: never, and kept only to be looked at. */
  failed(id: string, nextAt: number | null, error: string): Promise<void>;
  /** Deletes what was written before this time and was never delivered. */
  forget(before: number): Promise<number>;
}
