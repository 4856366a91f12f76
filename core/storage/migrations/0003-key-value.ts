import { defineMigration } from './migration.ts';

export const keyValue = defineMigration(3, 'keyValue', [
  `CREATE TABLE key_value (
    scope text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (scope, key)
  )`,
  'CREATE INDEX key_value_expiry ON key_value (expires_at) WHERE expires_at IS NOT NULL',
]);
