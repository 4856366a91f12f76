import type pg from 'pg';
import { firstIdAt, isUuid } from '../../storage/uuid-text.ts';
import type { EndedQuery, EndedRun } from './journal.ts';
import { openPool, queryRows } from './query-rows.ts';

/** Of a run that waits for this one. */
const NEEDED = `EXISTS (SELECT 1 FROM run AS parent WHERE parent.id = run.parent AND run.parent_seq IS NOT NULL AND parent.status = 'running')`;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Deletes what nobody needs any more, over one connection of its own, so that it never takes one from the readers. */
export class JournalCleaner {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = openPool(url, 1);
  }

  async retainingDefinitions(): Promise<readonly string[]> {
    const rows = await this.#query<{ hash: string }>(
      `SELECT hash FROM run_definition WHERE body LIKE '%"retention":%'`,
    );
    return rows.map(({ hash }) => hash);
  }

  async ended({ before, after = NO_ID, definitions, limit }: EndedQuery): Promise<readonly EndedRun[]> {
    const rows = await this.#query<{ id: string; status: EndedRun['status']; ended_at: string; definition: string }>(
      `SELECT id, status, ended_at, definition FROM run WHERE id > $1 AND id < $2 AND status <> 'running'
       AND ($4::text[] IS NULL OR definition = ANY ($4)) ORDER BY id LIMIT $3`,
      [after, firstIdAt(before), limit, definitions ?? null],
    );
    return rows.map(({ id, status, ended_at, definition }) => ({
      runId: id,
      status,
      endedAt: Number(ended_at),
      definitionHash: definition,
    }));
  }

  async remove(
    given: readonly string[],
  ): Promise<{ readonly runIds: readonly string[]; readonly blobs: readonly string[] }> {
    const rows = await this.#query<{ run_ids: string[] | null; blobs: string[] | null }>(
      `WITH gone AS (DELETE FROM run WHERE id = ANY ($1::uuid[]) AND status <> 'running' AND NOT ${NEEDED} RETURNING id),
        events AS (DELETE FROM run_event WHERE run_id = ANY (ARRAY(SELECT id FROM gone))),
        snapshots AS (DELETE FROM run_snapshot WHERE run_id = ANY (ARRAY(SELECT id FROM gone))),
        keys AS (DELETE FROM run_key WHERE run_id = ANY (ARRAY(SELECT id FROM gone))),
        interactions AS (DELETE FROM interaction WHERE run_id = ANY (ARRAY(SELECT id FROM gone))),
        blobs AS (DELETE FROM run_blob WHERE run_id = ANY (ARRAY(SELECT id FROM gone)) RETURNING hash)
      SELECT (SELECT array_agg(id) FROM gone) AS run_ids, (SELECT array_agg(DISTINCT hash) FROM blobs) AS blobs`,
      [given.filter(isUuid)],
    );
    return { runIds: rows[0]?.run_ids ?? [], blobs: rows[0]?.blobs ?? [] };
  }

  async unreferenced(blobs: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#query<{ hash: string }>(
      `SELECT n.hash FROM unnest($1::text[]) AS n (hash)
       WHERE NOT EXISTS (SELECT 1 FROM run_blob WHERE run_blob.hash = n.hash)
       AND NOT EXISTS (SELECT 1 FROM run_snapshot WHERE run_snapshot.hash = n.hash AND run_snapshot.body IS NULL)`,
      [blobs],
    );
    return rows.map(({ hash }) => hash);
  }

  /** Marks them first: a host that still uses one takes the mark off with its next run, at the latest within an hour. */
  async forgetDefinitions(now: number, unusedForMs: number): Promise<number> {
    const unused = 'NOT EXISTS (SELECT 1 FROM run WHERE run.definition = d.hash)';
    const forgotten = await this.#query(
      `DELETE FROM run_definition AS d WHERE unused_since <= $1 AND ${unused} RETURNING hash`,
      [now - unusedForMs],
    );
    await this.#query(`UPDATE run_definition AS d SET unused_since = $1 WHERE unused_since IS NULL AND ${unused}`, [
      now,
    ]);
    return forgotten.length;
  }

  async forgetExpired(now: number): Promise<void> {
    await this.#query('DELETE FROM run_key WHERE expires_at <= $1', [now]);
    await this.#query(
      `DELETE FROM run_snapshot WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.id = run_id AND run.status = 'running')`,
    );
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  #query<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    return queryRows<T>(this.#pool, text, values);
  }
}
