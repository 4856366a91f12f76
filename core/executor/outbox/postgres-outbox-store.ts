import type { DataSource } from 'typeorm';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import type { DueNotice, OutboxStore } from './outbox-store.ts';

interface Row {
  readonly id: string;
  readonly consumer: string;
  readonly run_id: string;
  readonly body: string;
  readonly attempts: number;
}

export function createPostgresOutboxStore(database: DataSource): OutboxStore {
  return withCodedFailures<OutboxStore>({
    async claim(consumers, now, leaseMs, limit) {
      const [rows]: [readonly Row[], number] = await database.query(
        `UPDATE outbox SET next_at = $2::bigint + $3::bigint, attempts = attempts + 1 WHERE id IN (
           SELECT id FROM outbox WHERE next_at <= $2::bigint AND consumer = ANY ($1::text[])
           ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED)
         RETURNING id, consumer, run_id, body, attempts`,
        [consumers, now, leaseMs, limit],
      );
      return rows.map(
        ({ id, consumer, run_id, body, attempts }): DueNotice => ({
          id,
          consumer,
          runId: run_id,
          body,
          attempts: attempts - 1,
        }),
      );
    },
    async delivered(id) {
      await database.query('DELETE FROM outbox WHERE id = $1', [id]);
    },
    async failed(id, nextAt, error) {
      await database.query('UPDATE outbox SET next_at = $2, last_error = $3 WHERE id = $1', [id, nextAt, error]);
    },
    async forget(before) {
      const [, count]: [unknown, number] = await database.query('DELETE FROM outbox WHERE created_at < $1', [before]);
      return count;
    },
  });
}
