import { randomInt } from 'node:crypto';
import { type KeyValue, parseJson } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import { withCodedFailures } from './coded-failures.ts';
import { keyValueEntity } from './entities/key-value-entity.ts';
import { checkedEntry, checkedKey } from './key-value-limits.ts';
import type { KeyValueStore } from './key-value-store.ts';

/** One write in so many sweeps out what has expired. */
const SWEEP_ONE_IN = 500;

/** All clocks are the database's, so that hosts whose clocks differ agree on what has expired. */
export function createKeyValueStore(source: DataSource): KeyValueStore {
  const expiry = "CASE WHEN $4::float8 IS NULL THEN NULL ELSE now() + $4::float8 * interval '1 millisecond' END";
  const insert = `INSERT INTO key_value AS kept (scope, key, value, expires_at) VALUES ($1, $2, $3, ${expiry})
    ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;
  const sweep = async () => {
    if (randomInt(SWEEP_ONE_IN) === 0) await source.query('DELETE FROM key_value WHERE expires_at <= now()');
  };
  return {
    scope: (scope) =>
      withCodedFailures<KeyValue>({
        async get(key) {
          checkedKey(key);
          const row = await source
            .getRepository(keyValueEntity)
            .createQueryBuilder('e')
            .where('e.scope = :scope AND e.key = :key AND (e.expiresAt IS NULL OR e.expiresAt > now())', { scope, key })
            .getOne();
          return row === null ? undefined : parseJson(row.value);
        },
        async set(key, value, options) {
          const { text, ttlMs } = checkedEntry(key, value, options);
          await source.query(insert, [scope, key, text, ttlMs]);
          await sweep();
        },
        async setIfAbsent(key, value, options) {
          const { text, ttlMs } = checkedEntry(key, value, options);
          const rows: unknown[] = await source.query(`${insert} WHERE kept.expires_at <= now() RETURNING key`, [
            scope,
            key,
            text,
            ttlMs,
          ]);
          await sweep();
          return rows.length === 1;
        },
        async delete(key) {
          await source.getRepository(keyValueEntity).delete({ scope, key: checkedKey(key) });
        },
      }),
  };
}
