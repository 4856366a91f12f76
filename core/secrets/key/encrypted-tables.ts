/** A table whose rows hold a Fernet token, and in `key_id` the key of it. */
export interface EncryptedTable {
  readonly table: string;
  readonly token: string;
}

/** All of them: what a key is needed for, and what a rotation encrypts again. */
export const ENCRYPTED_TABLES: readonly EncryptedTable[] = [
  { table: 'secret_version', token: 'payload' },
  { table: 'connection', token: 'payload' },
  { table: 'connection_authorization', token: 'payload' },
  { table: 'host_secret', token: 'payload' },
];
