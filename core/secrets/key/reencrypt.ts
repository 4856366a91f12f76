import { BackplaneError } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import { fernetDecrypt, fernetEncrypt } from '../fernet.ts';
import { ENCRYPTED_TABLES, type EncryptedTable } from './encrypted-tables.ts';
import type { KeyClaims } from './key-claims.ts';
import type { RingKey } from './key-ring.ts';

/** Few enough that nobody waits for the lock of a batch. */
const BATCH = 200;

export interface Reencryption {
  /** The key that everything is to be encrypted with. */
  readonly key: string;
  readonly changed: number;
  /** Values that still need another key: the time was up, or another host is at it. */
  readonly left: number;
  /** Of those, how many no key of this host reads. */
  readonly unreadable: number;
}

/**
 * Brings the newest key of this host into use and encrypts again what needs another one, in small batches and for at most so long;
 * readers go on, since both keys count meanwhile. What is done stays done: call it again until nothing is left. Throws
 * SECRETS_KEY_NOT_EVERYWHERE.
 */
export async function reencrypt(
  source: DataSource,
  claims: KeyClaims,
  { withinMs, signal }: { readonly withinMs: number; readonly signal?: AbortSignal },
): Promise<Reencryption> {
  const deadline = performance.now() + withinMs;
  const key = await claims.advance();
  let changed = 0;
  let unreadable = 0;
  for (const table of ENCRYPTED_TABLES) {
    const bad = new Set<string>();
    while (performance.now() < deadline && signal?.aborted !== true) {
      const { seen, done } = await nextBatch(source, claims, table, key, bad);
      changed += done;
      if (seen === 0) break;
    }
    unreadable += bad.size;
  }
  const known = await claims.known();
  const left = known.filter(({ id }) => id !== key.id).reduce((sum, { values }) => sum + values, 0);
  return { key: key.id, changed, left, unreadable };
}

/** What cannot be read is noted, and left as it is. */
async function nextBatch(
  source: DataSource,
  { ring }: KeyClaims,
  { table, token }: EncryptedTable,
  key: RingKey,
  bad: Set<string>,
): Promise<{ readonly seen: number; readonly done: number }> {
  return source.transaction(async (tx) => {
    const rows: readonly { readonly place: string; readonly token: string }[] = await tx.query(
      `SELECT ctid::text AS place, ${token} AS token FROM ${table}
        WHERE key_id IN (SELECT id FROM secret_key WHERE id <> $1) AND ctid <> ALL ($2::text[]::tid[])
        LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
      [key.id, [...bad]],
    );
    const keys = ring.keys.map((one) => one.key);
    const changes = rows.flatMap(({ place, token: old }) => {
      const content = decrypted(keys, old);
      if (content === undefined) bad.add(place);
      return content === undefined ? [] : [{ place, token: fernetEncrypt(key.key, content) }];
    });
    await tx.query(
      `UPDATE ${table} t SET ${token} = n.token, key_id = $1
        FROM unnest($2::text[], $3::text[]) AS n (place, token) WHERE t.ctid = n.place::tid`,
      [key.id, changes.map(({ place }) => place), changes.map((change) => change.token)],
    );
    return { seen: rows.length, done: changes.length };
  });
}

function decrypted(keys: readonly Uint8Array[], token: string): Buffer | undefined {
  try {
    return fernetDecrypt(keys, token);
  } catch (error) {
    if (BackplaneError.is(error)) return undefined;
    throw error;
  }
}
