import { parseJson, stringifyJson } from '@backplane/sdk';
import type { Request } from '../scheduler/event.ts';
import type { Message } from './cluster.ts';
import type { Query } from './host-table.ts';
import { shardOf } from './shard.ts';

/** Read at once; what is left comes with the next look. */
const PAGE = 1_000;

/** Leaves a request for whichever host has the run, now or later. */
export async function leaveMessage(query: Query, runId: string, event: Request): Promise<number> {
  const [row] = await query<{ id: string }>(
    `WITH message AS (INSERT INTO run_message (shard, run_id, body) VALUES ($1, $2, $3) RETURNING id)
      SELECT id, pg_notify('backplane', 'message') FROM message`,
    [shardOf(runId), runId, stringifyJson(event)],
  );
  return Number(row!.id);
}

/** Messages to runs in these shards, oldest first. */
export async function readMessages(query: Query, shards: readonly number[]): Promise<readonly Message[]> {
  const rows = await query<{ id: string; run_id: string; body: string }>(
    `SELECT id, run_id, body FROM run_message WHERE shard = ANY ($1::int2[]) ORDER BY id LIMIT ${PAGE}`,
    [shards],
  );
  return rows.map(({ id, run_id, body }) => ({ id: Number(id), runId: run_id, event: parseJson(body) as Request }));
}

export async function isWaiting(query: Query, messageId: number): Promise<boolean> {
  return (await query('SELECT 1 FROM run_message WHERE id = $1', [messageId])).length > 0;
}

export async function discardMessage(query: Query, messageId: number): Promise<void> {
  await query('DELETE FROM run_message WHERE id = $1', [messageId]);
}
