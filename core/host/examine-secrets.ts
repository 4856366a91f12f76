import { join } from 'node:path';
import pg from 'pg';
import type { HostConfig } from '../config/host-config.ts';
import { raise } from '../errors/catalogue.ts';
import { type KeyRing, openKeyRing } from '../secrets/key/key-ring.ts';
import { discardClient } from '../storage/discard-client.ts';
import { createLogger } from '../telemetry/logger.ts';
import { CHECKOUT } from './checkout.ts';
import { isProduction } from './is-production.ts';

const UNDEFINED_TABLE = '42P01';

/** Says which keys a host would have, and whether it could read what the database holds. Throws what would keep it from starting. */
export async function examineSecrets({ server, secrets, database }: HostConfig): Promise<string> {
  const file = join(CHECKOUT, '.backplane', 'secrets.key');
  const production = isProduction(server);
  const ring = openKeyRing({ configured: secrets.keys, file, production, log: createLogger('silent') });
  const current = database.url === undefined ? undefined : await currentKey(database.url);
  if (current !== undefined && !ring.keys.some(({ id }) => id === current))
    throw raise.SECRETS_KEY_MISMATCH({ missing: [current] });
  const known = current === undefined ? [] : [`the database uses ${current}`];
  const isOpen = database.url !== undefined && current === undefined && ring.origin === 'none';
  const open = isOpen ? ['until then what sessions are signed with is in the database in the clear'] : [];
  return [describe(ring), ...known, ...open].join('; ');
}

function describe({ origin, keys }: KeyRing): string {
  if (origin === 'none') return 'no key yet; one is made when it is needed';
  if (origin === 'generated') return 'a key in the data folder; configure BACKPLANE_SECRETS_KEYS for production';
  return `${keys.length} ${keys.length === 1 ? 'key' : 'keys'}, the newest is ${keys[0]!.id}`;
}

async function currentKey(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ readonly id: string }>('SELECT id FROM secret_key WHERE current');
    return rows[0]?.id;
  } catch (error) {
    // No host has been there yet.
    if ((error as { readonly code?: unknown }).code === UNDEFINED_TABLE) return undefined;
    throw error;
  } finally {
    discardClient(client);
  }
}
