import { BinaryArray } from './binary-array.ts';
import type { Batch } from './group-commit.ts';
import type { JournalWrite, Notice } from './journal.ts';

const BLOB_COLUMNS = ['uuid', 'text'] as const;
const SNAPSHOT_COLUMNS = ['uuid', 'int4', 'text', 'text'] as const;
const WAKE_COLUMNS = ['uuid', 'int8'] as const;
const ROUSE_COLUMNS = ['uuid'] as const;
const NOTICE_COLUMNS = ['uuid', 'text', 'uuid', 'text', 'int8'] as const;
const GROUPS = [BLOB_COLUMNS, SNAPSHOT_COLUMNS, WAKE_COLUMNS, ROUSE_COLUMNS, NOTICE_COLUMNS];

/** What few commits carry: parts of a statement with a CTE `fence`, whose parameters begin with number `first`. */
export function extraParts(first: number): string {
  let next = first;
  const rows = (columns: readonly string[], names: string) => {
    const arrays = columns.map((type) => `$${next++}::${type}[]`).join(', ');
    return `fence, unnest(${arrays}) AS n (${names})`;
  };
  return `blobs AS (INSERT INTO run_blob (run_id, hash)
      SELECT n.* FROM ${rows(BLOB_COLUMNS, 'run_id, hash')} ON CONFLICT DO NOTHING),
    snapshots AS (INSERT INTO run_snapshot AS kept (run_id, seq, hash, body)
      SELECT n.* FROM ${rows(SNAPSHOT_COLUMNS, 'run_id, seq, hash, body')}
      ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, body = excluded.body
      WHERE kept.seq <= excluded.seq),
    wakes AS (UPDATE run SET wake_at = n.wake_at FROM ${rows(WAKE_COLUMNS, 'id, wake_at')} WHERE run.id = n.id),
    roused AS (UPDATE run SET wake_at = 0 FROM ${rows(ROUSE_COLUMNS, 'id')} WHERE run.id = n.id AND run.wake_at IS NOT NULL),
    notices AS (INSERT INTO outbox (id, consumer, run_id, body, created_at, next_at)
      SELECT n.*, n.created_at FROM ${rows(NOTICE_COLUMNS, 'id, consumer, run_id, body, created_at')} ON CONFLICT DO NOTHING)`;
}

/** Gathers the extras of one batch. One statement must not touch a row twice: of several changes to one row the last counts. */
export class CommitExtras {
  readonly #arrays = GROUPS.map((types) => types.map((type) => new BinaryArray(type)));
  readonly #snapshots = new Map<string, NonNullable<JournalWrite['snapshot']>>();
  readonly #wakes = new Map<string, number | null>();
  readonly #roused = new Set<string>();
  readonly #ended = new Set<string>();
  #any = false;

  /** Whether the batch carries any extras, and the parameters, which a statement needs even if there are none. */
  make(batch: Batch): { readonly any: boolean; values(): unknown[] } {
    this.#clear();
    if (batch.entries.some(({ writes }) => writes.some(hasExtras))) {
      for (const { writes } of batch.entries) for (const write of writes) this.#add(write);
      this.#gather();
    }
    return {
      any: this.#any,
      values: () => this.#arrays.flatMap((columns) => columns.map((column) => column.finish())),
    };
  }

  #clear(): void {
    for (const columns of this.#arrays) for (const column of columns) column.clear();
    this.#snapshots.clear();
    this.#wakes.clear();
    this.#roused.clear();
    this.#ended.clear();
    this.#any = false;
  }

  #add({ runId, end, blobs, snapshot, wakeAt, rouse }: JournalWrite): void {
    if (end !== undefined) this.#ended.add(runId);
    if (blobs !== undefined) for (const blob of blobs) this.#addBlob(runId, blob);
    if (snapshot !== undefined) this.#snapshots.set(runId, snapshot);
    if (wakeAt !== undefined) this.#wakes.set(runId, wakeAt);
    if (rouse !== undefined) for (const id of rouse) this.#roused.add(id);
    if (end?.notices !== undefined) for (const notice of end.notices) this.#addNotice(runId, notice, end.endedAt);
  }

  #gather(): void {
    const [, snapshots, wakes, rouses] = this.#arrays as [unknown, BinaryArray[], BinaryArray[], BinaryArray[]];
    for (const [runId, { seq, hash, body }] of this.#snapshots) {
      if (this.#ended.has(runId)) continue;
      this.#any = true;
      snapshots[0]!.addUuid(runId);
      snapshots[1]!.addInt4(seq);
      snapshots[2]!.addText(hash);
      snapshots[3]!.addText(body);
    }
    for (const [runId, wakeAt] of this.#wakes) {
      // The end itself wakes for good.
      if (this.#ended.has(runId)) continue;
      this.#any = true;
      wakes[0]!.addUuid(runId);
      wakes[1]!.addInt8(wakeAt === null ? undefined : this.#roused.has(runId) ? 0 : wakeAt);
    }
    for (const runId of this.#roused) {
      if (this.#ended.has(runId) || this.#wakes.has(runId)) continue;
      this.#any = true;
      rouses[0]!.addUuid(runId);
    }
  }

  #addBlob(runId: string, hash: string): void {
    const [ids, hashes] = this.#arrays[0] as [BinaryArray, BinaryArray];
    this.#any = true;
    ids.addUuid(runId);
    hashes.addText(hash);
  }

  #addNotice(runId: string, { id, consumer, body }: Notice, at: number): void {
    const [ids, consumers, runIds, bodies, times] = this.#arrays[4] as BinaryArray[];
    this.#any = true;
    ids!.addUuid(id);
    consumers!.addText(consumer);
    runIds!.addUuid(runId);
    bodies!.addText(body);
    times!.addInt8(at);
  }
}

function hasExtras({ end, blobs, snapshot, wakeAt, rouse }: JournalWrite): boolean {
  return (
    blobs !== undefined ||
    snapshot !== undefined ||
    wakeAt !== undefined ||
    rouse !== undefined ||
    end?.notices !== undefined
  );
}
