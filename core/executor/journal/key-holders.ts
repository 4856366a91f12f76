import type { Query } from '../hosts/host-table.ts';
import type { Entry } from './group-commit.ts';

/** Of the new runs in these entries those whose key another run holds, with that run. */
export async function keyHolders(query: Query, entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  const asking = entries
    .flatMap(({ writes }) => writes)
    .flatMap(({ runId, start }) => (start?.key === undefined ? [] : [{ runId, start, key: start.key.text }]));
  const rows = await query<{ run_id: string; holder: string }>(
    `SELECT asked.run_id, held.run_id AS holder
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS asked (run_id, workflow, key)
      JOIN run_key held ON held.workflow = asked.workflow AND held.key = asked.key
      WHERE held.run_id <> asked.run_id AND held.expires_at > extract(epoch FROM clock_timestamp()) * 1000`,
    [asking.map(({ runId }) => runId), asking.map(({ start }) => start.workflow), asking.map(({ key }) => key)],
  );
  return new Map(rows.map(({ run_id, holder }) => [run_id, holder]));
}
