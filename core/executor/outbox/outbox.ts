import { randomUUIDv7 } from 'node:crypto';
import type { Log } from '@backplane/sdk';
import type { Notice } from '../journal/journal.ts';
import type { EndedRunNews, OutboxConsumer } from './outbox-consumer.ts';
import type { DueNotice, OutboxStore } from './outbox-store.ts';

export interface OutboxOptions {
  readonly consumers: readonly OutboxConsumer[];
  readonly store: OutboxStore;
  readonly log: Log;
  readonly now?: () => number;
  readonly onOutcome?: (outcome: 'delivered' | 'failed' | 'dead') => void;
}

const POLL_MS = 1_000;
/** A commit takes about so long: what it leaves is looked for then. */
const SOON_MS = 20;
/** Beyond what a delivery may take, its outcome is stored within this. */
const LEASE_MARGIN_MS = 10_000;
const BATCH = 20;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;
const KEPT_MS = 30 * 86_400_000;
const FORGET_MS = 3_600_000;

/**
 * Delivers what the ends of runs have left in the journal, each at least once, whatever happens to this process. A delivery that
 * fails is tried again with growing pauses; the others do not wait for it.
 */
export class Outbox implements AsyncDisposable {
  readonly #options: OutboxOptions;
  readonly #consumers: ReadonlyMap<string, OutboxConsumer>;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #looking: Promise<void> = Promise.resolve();
  #nextForget = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#consumers = new Map(options.consumers.map((consumer) => [consumer.name, consumer]));
  }

  /** What is to be committed with the end of this run. */
  noticesOf(run: EndedRunNews): readonly Notice[] {
    const notices: Notice[] = [];
    for (const consumer of this.#consumers.values()) {
      const id = randomUUIDv7();
      const body = consumer.noticeOf(run, id);
      if (body !== undefined) notices.push({ id, consumer: consumer.name, body });
    }
    if (notices.length > 0) this.#lookIn(SOON_MS);
    return notices;
  }

  start(): void {
    if (this.#consumers.size > 0) this.#lookIn(0);
  }

  /** What is under way is given up: it is delivered again after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.allSettled(this.#underWay);
  }

  #lookIn(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (this.#stopping.signal.aborted || at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#looking = this.#look();
    }, delayMs).unref();
  }

  async #look(): Promise<void> {
    const { store, log } = this.#options;
    let more = false;
    try {
      const now = this.#now();
      const room = BATCH - this.#underWay.size;
      const due = room > 0 ? await store.claim([...this.#consumers.keys()], now, this.#leaseMs(), room) : [];
      more = due.length === room && room > 0;
      for (const notice of due) this.#track(this.#deliver(notice));
      if (now >= this.#nextForget) {
        await store.forget(now - KEPT_MS);
        this.#nextForget = now + FORGET_MS;
      }
    } catch (error) {
      log.warn('Notifications wait', { cause: (error as Error).message });
    }
    this.#lookIn(more ? SOON_MS : POLL_MS);
  }

  /** What a host that dies has taken is free for others after this. */
  #leaseMs(): number {
    return Math.max(...[...this.#consumers.values()].map(({ timeoutMs }) => timeoutMs)) + LEASE_MARGIN_MS;
  }

  #track(delivery: Promise<void>): void {
    const { log } = this.#options;
    const tracked = delivery
      .catch((error: Error) => log.warn('A notification will be delivered again', { cause: error.message }))
      .finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  async #deliver(notice: DueNotice): Promise<void> {
    const { store, onOutcome } = this.#options;
    const consumer = this.#consumers.get(notice.consumer)!;
    let isWanted: boolean;
    try {
      isWanted = await consumer.deliver(notice, this.#stopping.signal);
    } catch (error) {
      if (!this.#stopping.signal.aborted) await this.#failed(notice, consumer, (error as Error).message);
      return;
    }
    await store.delivered(notice.id);
    if (isWanted) onOutcome?.('delivered');
  }

  async #failed(notice: DueNotice, consumer: OutboxConsumer, cause: string): Promise<void> {
    const { store, log, onOutcome } = this.#options;
    const attempts = notice.attempts + 1;
    const isDead = attempts >= consumer.maxAttempts;
    const facts = { consumer: consumer.name, run: notice.runId, attempts, cause };
    await store.failed(notice.id, isDead ? null : this.#now() + pauseAfter(attempts), cause);
    onOutcome?.(isDead ? 'dead' : 'failed');
    if (isDead) log.error('A notification was given up', facts);
    else log.warn('A notification failed; trying again', facts);
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

/** Doubled each time, a fifth of it by chance, so that receivers that come back are not overrun. */
function pauseAfter(attempts: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return Math.round(pause * (0.9 + 0.2 * Math.random()));
}
