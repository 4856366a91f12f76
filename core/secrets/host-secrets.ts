import { randomBytes } from 'node:crypto';
import { BackplaneError, type Log } from '@backplane/sdk';
import type { DataSource, EntityManager } from 'typeorm';
import type { KeyClaims } from './key/key-claims.ts';
import { sealValues, unsealValues } from './sealed-values.ts';

/** What session tokens are signed with, and the links by which people answer and connect. */
export type HostSecretName = 'sessions.key' | 'interactions.key';

/** Texts that every host of a database has and nobody else: made once, encrypted with the key for secrets. */
export interface HostSecrets {
  /** 256 random bits. Throws SECRETS_TOKEN_INVALID for what no key of this host opens. */
  get(name: HostSecretName): Promise<string>;
}

export interface HostSecretsOptions {
  readonly source: DataSource;
  readonly claims: KeyClaims;
  /** True: no other host can come to this database, and a key may be made for it. */
  readonly alone: boolean;
  /** Whether other machines reach the host: then it is worth a warning that the database holds them in the clear. */
  readonly exposed: boolean;
  readonly log: Log;
}

interface Row {
  readonly payload: string;
  readonly key_id: string | null;
}

const NOT_YET = 'SECRETS_KEY_NOT_EVERYWHERE';

export function createHostSecrets({ source, claims, alone, exposed, log }: HostSecretsOptions): HostSecrets {
  let warned = false;
  const textOf = (name: string, { payload, key_id }: Row) =>
    key_id === null ? payload : unsealValues(claims.ring, ownerOf(name), payload)['text']!;

  /** What is new never stands there in the clear, not for a moment either: backups take pages, not rows. */
  const keep = (name: string, { sealed }: { readonly sealed: boolean }) =>
    source.transaction(async (tx) => {
      const row = await read(tx, name, 'FOR UPDATE');
      if (row !== undefined && (row.key_id !== null || !sealed)) return;
      const text = row?.payload ?? randomBytes(32).toString('base64url');
      const key = sealed ? await claims.sealing(tx, { own: true }) : undefined;
      const values = [name, key === undefined ? text : sealValues(key, ownerOf(name), { text }), key?.id ?? null];
      await tx.query(
        row === undefined
          ? 'INSERT INTO host_secret (name, payload, key_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING'
          : 'UPDATE host_secret SET payload = $2, key_id = $3 WHERE name = $1',
        values,
      );
    });

  /** Hosts that share a database and were given no key go on without, as long as nobody stores a secret. */
  const keepSealed = async (name: string): Promise<boolean> => {
    if (claims.ring.origin === 'none' && !alone) return false;
    try {
      await keep(name, { sealed: true });
      return true;
    } catch (error) {
      if (BackplaneError.is(error) && error.code === NOT_YET) return false;
      throw error;
    }
  };

  return {
    async get(name) {
      const known = await read(source, name);
      if (known !== undefined && known.key_id !== null) return textOf(name, known);
      if (!(await keepSealed(name))) {
        await keep(name, { sealed: false });
        if (exposed && !warned)
          log.warn(
            'what sessions and links are signed with is in the database in the clear: set BACKPLANE_SECRETS_KEYS',
          );
        warned = true;
      }
      return textOf(name, (await read(source, name))!);
    },
  };
}

const ownerOf = (name: string) => `host:${name}`;

async function read(asked: Pick<EntityManager, 'query'>, name: string, lock = ''): Promise<Row | undefined> {
  const [row]: readonly Row[] = await asked.query(`SELECT payload, key_id FROM host_secret WHERE name = $1 ${lock}`, [
    name,
  ]);
  return row;
}
