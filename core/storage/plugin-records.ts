import type { DataSource } from 'typeorm';
import { withCodedFailures } from './coded-failures.ts';

/** One row of `plugin_event`. */
export interface StoredPluginEvent {
  /** ISO time. */
  readonly at: string;
  readonly plugin: string;
  readonly version: string;
  readonly from?: string;
  readonly to?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly by?: string;
}

/** What plugins leave in the database. Knows nothing of what a lock means. */
export interface PluginRecords {
  append(events: readonly StoredPluginEvent[]): Promise<void>;
  /** Newest first. */
  events(plugin: string, limit: number): Promise<readonly StoredPluginEvent[]>;
  /** The lock that hosts share, as JSON text, when it counts further than `than`; undefined before the first, too. */
  sharedLock(than: number): Promise<{ readonly serial: number; readonly text: string } | undefined>;
  /** Exchanges the shared lock, or makes it the first. False, and nothing changed, when the one that is there does not count `expected`. */
  exchangeLock(expected: number, serial: number, text: string): Promise<boolean>;
  /** Contributions that stored workflow versions were checked against: alias → rows. */
  pinnedActions(): Promise<readonly { readonly alias: string; readonly current: boolean; readonly actions: unknown }[]>;
}

export function createPluginRecords(source: DataSource): PluginRecords {
  return withCodedFailures<PluginRecords>({
    async append(events) {
      await source.query(
        `INSERT INTO plugin_event (at, plugin, version, from_state, to_state, action, reason, code, actor)
         SELECT (e->>'at')::timestamptz, e->>'plugin', e->>'version', e->>'from', e->>'to', e->>'action', e->>'reason', e->>'code', e->>'by'
         FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS rows (e, place) ORDER BY place`,
        [JSON.stringify(events)],
      );
    },
    async events(plugin, limit) {
      const rows: { event: StoredPluginEvent }[] = await source.query(
        `SELECT jsonb_strip_nulls(jsonb_build_object('at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'plugin', plugin, 'version', version, 'from', from_state, 'to', to_state, 'action', action, 'reason', reason,
           'code', code, 'by', actor)) AS event
         FROM plugin_event WHERE plugin = $1 ORDER BY id DESC LIMIT $2`,
        [plugin, limit],
      );
      return rows.map(({ event }) => event);
    },
    async sharedLock(than) {
      const rows: { serial: string; text: string }[] = await source.query(
        'SELECT serial, lock::text AS text FROM plugin_lock WHERE serial > $1',
        [than],
      );
      const [row] = rows;
      return row && { serial: Number(row.serial), text: row.text };
    },
    async exchangeLock(expected, serial, text) {
      const rows: unknown[] = await source.query(
        `INSERT INTO plugin_lock (serial, lock) VALUES ($2, $3::jsonb)
         ON CONFLICT (only_row) DO UPDATE SET serial = EXCLUDED.serial, lock = EXCLUDED.lock, updated_at = now()
         WHERE plugin_lock.serial = $1 RETURNING serial`,
        [expected, serial, text],
      );
      return rows.length > 0;
    },
    pinnedActions: () =>
      source.query(
        `SELECT w.alias, v.version = w.version AS current, v.actions FROM workflow_version v JOIN workflow w ON w.id = v.workflow_id
         WHERE v.actions IS NOT NULL`,
      ),
  });
}
