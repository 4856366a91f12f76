import { defineMigration } from './migration.ts';

/**
 * What the hosts of a database sign and seal with. `payload` is a Fernet token of the key `key_id`; without one, the text itself: no
 * host had a key yet. It stood among the values of plugins before.
 */
export const hostSecrets = defineMigration(37, 'hostSecrets', [
  `CREATE TABLE host_secret (
    name text PRIMARY KEY,
    payload text NOT NULL,
    key_id text REFERENCES secret_key (id)
  )`,
  `INSERT INTO host_secret (name, payload)
    SELECT key, value::jsonb #>> '{}' FROM key_value WHERE scope = 'host' AND key IN ('sessions.key', 'interactions.key')`,
  `DELETE FROM key_value WHERE scope = 'host' AND key IN ('sessions.key', 'interactions.key')`,
]);
