import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@backplane/sdk';
import type { BlobStore } from '../../storage/blobs/blob-store.ts';
import type { Engine } from '../engine.ts';
import type { EndedQuery, EndedRun, Journal } from '../journal/journal.ts';
import { createRulesOf, type KeepRules } from './keep-rules.ts';

export interface RetentionOptions {
  readonly journal: Journal;
  readonly engine: Pick<Engine, 'removeEnded'>;
  readonly blobs?: BlobStore;
  readonly rules: KeepRules;
  /** Between two sweeps, milliseconds. */
  readonly everyMs: number;
  readonly log: Log;
  readonly now?: () => number;
  /** Told of each batch. */
  readonly onRemoved?: (runs: number, blobs: number) => void;
}

export interface Swept {
  readonly runs: number;
  readonly blobs: number;
  readonly definitions: number;
}

const BATCH = 100;
const PAGE = 1_000;
/** After a batch the disk is left to the commits for this many times as long as the batch took. */
const REST = 3;
const LEAST_REST_MS = 10;
/** A blob that nothing refers to may belong to a commit that is still under way, however long the database is away. */
const ORPHAN_AGE_MS = 86_400_000;
const DEFINITION_AGE_MS = 86_400_000;
/** All blobs and definitions are looked through this seldom. */
const THOROUGH_MS = 6 * 3_600_000;

/** Deletes runs that were kept long enough, with all that only they needed, in small batches and with pauses between. */
export class Retention implements AsyncDisposable {
  readonly #options: RetentionOptions;
  readonly #rulesOf: (hash: string) => Promise<KeepRules>;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<unknown> = Promise.resolve();
  #nextThorough = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#rulesOf = createRulesOf(options.rules, (hash) => options.journal.definition(hash));
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#sweeping = this.#sweeping
        .then(() => this.sweep())
        .catch((error: Error) => {
          if (!this.#stopping.signal.aborted) this.#options.log.warn('Old runs stay for now', { cause: error.message });
        });
    }, this.#options.everyMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#sweeping;
  }

  /** Everything that is due now. */
  async sweep(): Promise<Swept> {
    const now = this.#now();
    let { runs, blobs } = await this.#removeRuns(now);
    let definitions = 0;
    if (now >= this.#nextThorough) {
      blobs += await this.#removeOrphans();
      definitions = await this.#options.journal.forgetDefinitions(now, DEFINITION_AGE_MS);
      this.#nextThorough = now + THOROUGH_MS;
    }
    if (runs + blobs + definitions > 0)
      this.#options.log.info('Old runs have been deleted', { runs, blobs, definitions });
    return { runs, blobs, definitions };
  }

  /** Runs that the host's rules may concern, then those whose workflows want them gone sooner. */
  async #removeRuns(now: number): Promise<{ runs: number; blobs: number }> {
    const { journal, rules } = this.#options;
    const general = await this.#removeEnded(now, { before: now - shortest(rules), limit: PAGE });
    const definitions: string[] = [];
    let least = shortest(rules);
    for (const hash of await journal.retainingDefinitions()) {
      const own = shortest(await this.#rulesOf(hash));
      if (own >= shortest(rules)) continue;
      definitions.push(hash);
      least = Math.min(least, own);
    }
    if (definitions.length === 0) return general;
    const special = await this.#removeEnded(now, { before: now - least, definitions, limit: PAGE });
    return { runs: general.runs + special.runs, blobs: general.blobs + special.blobs };
  }

  async #removeEnded(now: number, query: EndedQuery): Promise<{ runs: number; blobs: number }> {
    const { journal, engine, onRemoved } = this.#options;
    const removed = { runs: 0, blobs: 0 };
    for (let after: string | undefined, more = true; more && !this.#stopped; ) {
      const page = await journal.ended({ ...query, after });
      after = page.at(-1)?.runId;
      more = page.length === query.limit;
      const due = await this.#due(page, now);
      for (let i = 0; i < due.length && !this.#stopped; i += BATCH) {
        const began = performance.now();
        const gone = await engine.removeEnded(due.slice(i, i + BATCH));
        const blobs = await this.#removeBlobs(gone.blobs);
        removed.runs += gone.runIds.length;
        removed.blobs += blobs;
        onRemoved?.(gone.runIds.length, blobs);
        await this.#rest(performance.now() - began);
      }
      if (more) await this.#rest(0);
    }
    return removed;
  }

  async #due(page: readonly EndedRun[], now: number): Promise<readonly string[]> {
    const due: string[] = [];
    for (const { runId, status, endedAt, definitionHash } of page) {
      const keep = (await this.#rulesOf(definitionHash))[status];
      if (endedAt <= now - keep) due.push(runId);
    }
    return due;
  }

  async #removeOrphans(): Promise<number> {
    const { blobs } = this.#options;
    if (blobs === undefined) return 0;
    let removed = 0;
    for await (const batch of batches(blobs.list(), BATCH)) {
      if (this.#stopped) break;
      const began = performance.now();
      removed += await this.#removeBlobs(batch);
      await this.#rest(performance.now() - began);
    }
    return removed;
  }

  async #removeBlobs(hashes: readonly string[]): Promise<number> {
    const { journal, blobs } = this.#options;
    if (hashes.length === 0 || blobs === undefined) return 0;
    let removed = 0;
    for (const hash of await journal.unreferenced(hashes)) if (await blobs.delete(hash, ORPHAN_AGE_MS)) removed++;
    return removed;
  }

  async #rest(workedMs: number): Promise<void> {
    await pause(Math.max(LEAST_REST_MS, workedMs * REST), undefined, { signal: this.#stopping.signal }).catch(
      () => undefined,
    );
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

function shortest(rules: KeepRules): number {
  return Math.min(...Object.values(rules));
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
