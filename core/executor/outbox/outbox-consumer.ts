import type { RunSummary } from '../engine.ts';
import type { DueNotice } from './outbox-store.ts';

/** A run at its end. */
export interface EndedRunNews extends RunSummary {
  /** Id of the workspace that it ran in. */
  readonly workspace: string;
  /** As the run record shows it. */
  readonly result?: unknown;
}

/** Somebody outside who is told when runs end. Told at least once: an id that was seen before may be ignored. */
export interface OutboxConsumer {
  /** Stays the same over restarts: what is stored for this name is delivered by whoever bears it. */
  readonly name: string;
  /** Deliveries that are tried before giving up. */
  readonly maxAttempts: number;
  /** No delivery takes longer. */
  readonly timeoutMs: number;
  /** What is to be delivered of this end; undefined: nothing. Runs before the end is committed, so it must not wait. */
  noticeOf(run: EndedRunNews, id: string): string | undefined;
  /** False when nobody wants it after all. Rejects when it is to be tried again. */
  deliver(notice: DueNotice, signal: AbortSignal): Promise<boolean>;
}
