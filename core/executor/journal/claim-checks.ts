import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { BlobStore } from '../../storage/blobs/blob-store.ts';
import type { Journal, JournalWrite, StoredEvent } from './journal.ts';
import { readReference, writeReference } from './payload-reference.ts';

export interface ClaimCheckOptions {
  readonly blobs: BlobStore;
  /** Events and snapshots with more bytes than this stand in the blob store. */
  readonly largerThan: number;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** More large values than this on their way to the blob store, in characters, are too much for new runs. */
const FULL_SIZE = 128_000_000;

/**
 * The journal with its large values in a blob store: each is stored there before the commit that refers to it. What is appended for
 * the same run meanwhile waits its turn; other runs, and everything that is small, do not notice.
 */
export function withClaimChecks(journal: Journal, options: ClaimCheckOptions): Journal {
  const { blobs } = options;
  const writer = new ClaimCheckWriter(journal, options);
  return {
    ...journal,
    append: (writes, how) => writer.append(writes, how?.refusable === true),
    get queued() {
      return journal.queued + writer.held;
    },
    get full() {
      return journal.full || writer.size > FULL_SIZE;
    },
    async payload(event) {
      const reference = readReference(event.body);
      return reference === undefined ? journal.payload(event) : readPayload(blobs, reference.blob, event);
    },
    async snapshot(runId) {
      const snapshot = await journal.snapshot(runId);
      if (snapshot === undefined || snapshot.body !== undefined) return snapshot;
      try {
        return { ...snapshot, body: asText(await blobs.get(snapshot.hash)) };
      } catch (error) {
        if (isLost(error)) return snapshot;
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      await journal[Symbol.asyncDispose]();
    },
  };
}

async function readPayload(blobs: BlobStore, hash: string, { seq }: StoredEvent): Promise<string> {
  try {
    return asText(await blobs.get(hash));
  } catch (error) {
    if (!isLost(error)) throw error;
    throw raise.RUN_PAYLOAD_LOST({ seq, cause: error.message }, { cause: error });
  }
}

class ClaimCheckWriter {
  readonly #journal: Journal;
  readonly #options: ClaimCheckOptions;
  /** By run: settles when what is held back for it has been handed to the journal. */
  readonly #turns = new Map<string, Promise<void>>();
  #held = 0;
  #size = 0;
  #closing = false;

  constructor(journal: Journal, options: ClaimCheckOptions) {
    this.#journal = journal;
    this.#options = options;
  }

  /** Writes that wait for their large values. */
  get held(): number {
    return this.#held;
  }

  get size(): number {
    return this.#size;
  }

  append(writes: readonly JournalWrite[], refusable: boolean): Promise<void> {
    const hasLarge = writes.some((write) => this.#isLarge(write));
    if (!hasLarge && (this.#turns.size === 0 || !writes.some(({ runId }) => this.#turns.has(runId)))) {
      return this.#journal.append(writes, { refusable });
    }
    const { promise: stored, resolve, reject } = Promise.withResolvers<void>();
    const ordered = writes.filter(needsOrder);
    const before = ordered.map(({ runId }) => this.#turns.get(runId));
    const size = writes.reduce((sum, write) => sum + sizeOf(write), 0);
    this.#held += writes.length;
    this.#size += size;
    const handedOn = Promise.all(before)
      .then(() => Promise.all(writes.map((write) => this.#setApart(write, refusable))))
      .then((small) => {
        this.#journal.append(small, { refusable }).then(resolve, reject);
      })
      .finally(() => {
        this.#held -= writes.length;
        this.#size -= size;
        for (const { runId } of ordered) if (this.#turns.get(runId) === turn) this.#turns.delete(runId);
      });
    handedOn.catch(reject);
    // What comes later for the same run is refused with an event that is: there would be a gap.
    const turn = writes.some(({ event }) => event !== undefined) ? handedOn : handedOn.catch(() => undefined);
    for (const { runId } of ordered) this.#turns.set(runId, turn);
    return stored;
  }

  /** Stores what it can; what the blob store does not take is given up: recovery redoes it. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#turns.values());
  }

  #isLarge({ event, snapshot }: JournalWrite): boolean {
    return this.#exceeds(event?.body) || this.#exceeds(snapshot?.body);
  }

  #exceeds(text: string | undefined): boolean {
    const { largerThan } = this.#options;
    // A character has one to three bytes: most texts need no counting.
    if (text === undefined || text.length * 3 <= largerThan) return false;
    return text.length > largerThan || Buffer.byteLength(text) > largerThan;
  }

  async #setApart(write: JournalWrite, refusable: boolean): Promise<JournalWrite> {
    let { event, snapshot, blobs } = write;
    if (event !== undefined && this.#exceeds(event.body)) {
      const blob = await this.#put(event.body, refusable);
      event = { seq: event.seq, body: writeReference(event.body, { blob, size: Buffer.byteLength(event.body) }) };
      blobs = [...(blobs ?? []), blob];
    }
    if (snapshot?.body !== undefined && this.#exceeds(snapshot.body)) {
      await this.#put(snapshot.body, refusable);
      snapshot = { seq: snapshot.seq, hash: snapshot.hash };
    }
    return {
      ...write,
      ...(event !== undefined && { event }),
      ...(snapshot !== undefined && { snapshot }),
      ...(blobs !== undefined && { blobs }),
    };
  }

  async #put(text: string, refusable: boolean): Promise<string> {
    const { blobs, log } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        const hash = await blobs.put(text);
        if (failures > 0) log.info('Large values are being stored again');
        return hash;
      } catch (error) {
        if (refusable || this.#closing) throw error;
        if (failures === 0)
          log.error('A large value of a run cannot be stored; trying again', { cause: (error as Error).message });
        await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
      }
    }
  }
}

/** A snapshot alone may come whenever it is ready. */
function needsOrder({ start, event, end, wakeAt }: JournalWrite): boolean {
  return start !== undefined || event !== undefined || end !== undefined || wakeAt !== undefined;
}

function sizeOf({ event, snapshot }: JournalWrite): number {
  return (event?.body.length ?? 0) + (snapshot?.body?.length ?? 0);
}

function isLost(error: unknown): error is BackplaneError {
  return BackplaneError.is(error) && /^STORAGE_BLOB_(MISSING|CORRUPT)$/.test(error.code);
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
