import { hkdf, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { DataSource } from 'typeorm';
import { withCodedFailures } from '../../storage/coded-failures.ts';

const derive = promisify(hkdf);

export interface SigningKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/**
 * What session tokens are signed with. The database holds salts; the keys are derived from them and a root secret, and are nowhere
 * stored.
 */
export interface SessionKeys {
  current(): Promise<SigningKey>;
  /** Undefined for a key that was never one of ours, or that no unexpired token can name any more. */
  find(id: string): Promise<Uint8Array | undefined>;
  /** What is signed from now on has a new key; older tokens hold until they expire. */
  rotate(): Promise<void>;
  /** A key for another purpose, from the same root. */
  derive(purpose: string): Promise<Uint8Array>;
}

/** A key that is not known may be a new one of another host; whoever invents names does not make us read all the time. */
const RELOAD_MS = 1_000;
/** How soon a key that another host has made is signed with here too. */
const FRESH_MS = 30_000;

/** `root`: at least 256 bits, the same on every host. `lifeDays`: how long tokens hold. */
export function createSessionKeys(source: DataSource, root: string, lifeDays: number): SessionKeys {
  let keys: readonly SigningKey[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  const keyOf = async (salt: Uint8Array, purpose: string) =>
    new Uint8Array(await derive('sha256', root, salt, purpose, 32));

  async function read(): Promise<void> {
    readAt = performance.now();
    const rows: { id: string; salt: Buffer }[] = await source.query(
      `SELECT id, salt FROM session_key k WHERE created_at > now() - $1 * interval '1 day' OR created_at =
         (SELECT max(created_at) FROM session_key WHERE created_at <= now() - $1 * interval '1 day') ORDER BY created_at DESC, id`,
      [lifeDays],
    );
    keys = await Promise.all(
      rows.map(async ({ id, salt }) => ({ id, bytes: await keyOf(salt, `backplane session ${id}`) })),
    );
  }

  const add = (condition: string) =>
    source.query(`INSERT INTO session_key (id, salt) SELECT $1, $2 ${condition}`, [
      randomBytes(8).toString('hex'),
      randomBytes(32),
    ]);

  return withCodedFailures<SessionKeys>({
    async current() {
      if (performance.now() - readAt > FRESH_MS) await read();
      if (keys.length === 0) {
        await add('WHERE NOT EXISTS (SELECT 1 FROM session_key)');
        await read();
      }
      return keys[0]!;
    },
    async find(id) {
      const known = () => keys.find((key) => key.id === id)?.bytes;
      if (known() === undefined && performance.now() - readAt > RELOAD_MS) await read();
      return known();
    },
    async rotate() {
      await add('');
      await read();
    },
    derive: (purpose) => keyOf(new Uint8Array(), `backplane ${purpose}`),
  });
}
