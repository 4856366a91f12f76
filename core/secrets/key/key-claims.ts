import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Log } from '@backplane/sdk';
import type { DataSource, EntityManager } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import { codedFailure } from '../../storage/coded-failures.ts';
import { ENCRYPTED_TABLES } from './encrypted-tables.ts';
import type { KeyRing, RingKey } from './key-ring.ts';

const BEAT_MS = 10_000;
/** A host that has said nothing for so long is gone. */
const SILENT_MS = 30_000;

interface Holder {
  readonly machine: string;
  readonly pid: number;
  readonly keyless: boolean;
}

/** One key that the database knows. */
export interface KnownKey {
  readonly id: string;
  /** New values are encrypted with it. */
  readonly current: boolean;
  /** How many values need it. */
  readonly values: number;
  /** Whether this host has it. */
  readonly held: boolean;
}

/**
 * Which key the database is encrypted with, agreed among all hosts on it: whoever cannot read what is there does not start, and no
 * key comes into use that another living host lacks.
 */
export class KeyClaims implements AsyncDisposable {
  readonly ring: KeyRing;
  readonly #source: DataSource;
  readonly #log: Log;
  readonly #self = randomUUID();
  #beat: NodeJS.Timeout | undefined;

  constructor(source: DataSource, ring: KeyRing, log: Log) {
    this.#source = source;
    this.ring = ring;
    this.#log = log;
  }

  /** Throws SECRETS_KEY_MISMATCH when this host could not read all that is encrypted, SECRETS_KEY_NOT_EVERYWHERE for others. */
  async open(): Promise<void> {
    await this.#source.query(`DELETE FROM secret_key_holder WHERE seen_at < clock_timestamp() - interval '1 hour'`);
    await this.#say();
    try {
      await this.#agree();
    } catch (error) {
      // A host that does not start must not keep others from theirs.
      await this[Symbol.asyncDispose]();
      throw error;
    }
    this.#beat = setInterval(() => {
      this.#say().catch((error: Error) => this.#log.debug('the keys were not told', { cause: error.message }));
    }, BEAT_MS).unref();
  }

  /** What to encrypt with; stays so until the transaction ends. `own`: what the host can make anew. */
  async sealing(tx: EntityManager, { own = false }: { readonly own?: boolean } = {}): Promise<RingKey> {
    if (!own) this.ring.warnIfGenerated();
    const current = await currentKey(tx);
    if (current !== undefined) return this.#held(current);
    const { id } = this.ring.newest();
    await this.#say();
    await this.#mustBeEverywhere(tx, id);
    await tx.query('INSERT INTO secret_key (id, current) VALUES ($1, true) ON CONFLICT DO NOTHING', [id]);
    return this.#held((await currentKey(tx))!);
  }

  /** From now on everything is encrypted with the newest key of this host, which it gives. Throws SECRETS_KEY_NOT_EVERYWHERE. */
  async advance(): Promise<RingKey> {
    const newest = this.ring.newest();
    await this.#say();
    await this.#source.transaction(async (tx) => {
      if ((await currentKey(tx, 'UPDATE')) === newest.id) return;
      await this.#mustBeEverywhere(tx, newest.id);
      await tx.query('UPDATE secret_key SET current = false WHERE current');
      await tx.query(
        'INSERT INTO secret_key (id, current) VALUES ($1, true) ON CONFLICT (id) DO UPDATE SET current = true',
        [newest.id],
      );
    });
    return newest;
  }

  async known(): Promise<readonly KnownKey[]> {
    const counted = ENCRYPTED_TABLES.map(({ table }) => `(SELECT count(*) FROM ${table} t WHERE t.key_id = k.id)`);
    const rows: readonly { id: string; current: boolean; values: string }[] = await this.#source.query(
      `SELECT id, current, ${counted.join(' + ')} AS values FROM secret_key k ORDER BY created_at DESC, id`,
    );
    return rows.map((row) => ({ ...row, values: Number(row.values), held: this.#find(row.id) !== undefined }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#beat);
    // Who cannot say goodbye is forgotten soon.
    await this.#source.query('DELETE FROM secret_key_holder WHERE process = $1', [this.#self]).catch(() => undefined);
  }

  async #agree(): Promise<void> {
    const inUse = ENCRYPTED_TABLES.map(({ table }) => `EXISTS (SELECT FROM ${table} t WHERE t.key_id = k.id)`);
    const rows: readonly { readonly id: string }[] = await this.#source.query(
      `SELECT id FROM secret_key k WHERE current OR ${inUse.join(' OR ')}`,
    );
    const missing = rows.map(({ id }) => id).filter((id) => this.#find(id) === undefined);
    if (missing.length > 0) throw raise.SECRETS_KEY_MISMATCH({ missing });
    if (rows.length === 0 && this.ring.origin === 'configured') await this.#claimEarly();
  }

  /**
   * Hosts with other keys are told at their start, not when the first secret is stored. Those without any may be about to get this one:
   * until then nothing is claimed.
   */
  async #claimEarly(): Promise<void> {
    const lacking = await this.#lacking(this.#source, this.ring.newest().id);
    if (lacking.length > 0 && lacking.every(({ keyless }) => keyless)) return;
    await this.#source.transaction((tx) => this.sealing(tx, { own: true }));
  }

  async #say(): Promise<void> {
    try {
      await this.#source.query(
        `INSERT INTO secret_key_holder (process, machine, pid, keys) VALUES ($1, $2, $3, $4)
          ON CONFLICT (process) DO UPDATE SET keys = excluded.keys, seen_at = clock_timestamp()`,
        [this.#self, hostname(), process.pid, this.ring.keys.map(({ id }) => id)],
      );
    } catch (error) {
      throw codedFailure(error);
    }
  }

  async #mustBeEverywhere(tx: EntityManager, key: string): Promise<void> {
    const hosts = (await this.#lacking(tx, key)).map(({ machine, pid }) => `process ${pid} on ${machine}`);
    if (hosts.length > 0) throw raise.SECRETS_KEY_NOT_EVERYWHERE({ key, hosts });
  }

  /** Living hosts that could not read what this key encrypts. */
  #lacking(tx: Pick<EntityManager, 'query'>, key: string): Promise<readonly Holder[]> {
    return tx.query(
      `SELECT machine, pid, cardinality(keys) = 0 AS keyless FROM secret_key_holder
        WHERE NOT ($1 = ANY (keys)) AND seen_at > clock_timestamp() - $2 * interval '1 ms' ORDER BY machine, pid`,
      [key, SILENT_MS],
    );
  }

  #find(id: string): RingKey | undefined {
    return this.ring.keys.find((key) => key.id === id);
  }

  #held(id: string): RingKey {
    const key = this.#find(id);
    if (key === undefined) throw raise.SECRETS_KEY_MISMATCH({ missing: [id] });
    return key;
  }
}

async function currentKey(tx: EntityManager, lock: 'SHARE' | 'UPDATE' = 'SHARE'): Promise<string | undefined> {
  const [row]: readonly { readonly id: string }[] = await tx.query(
    `SELECT id FROM secret_key WHERE current FOR ${lock}`,
  );
  return row?.id;
}
