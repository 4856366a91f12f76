import type { BackplaneError } from '@backplane/sdk';
import pg from 'pg';
import { raise } from '../errors/catalogue.ts';

/** Where a connection string leads, without its password. */
export interface ServerAddress {
  readonly address: string;
  readonly user: string;
  readonly database: string;
}

/** Throws STORAGE_URL_INVALID. */
export function serverAddress(url: string): ServerAddress {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw raise.STORAGE_URL_INVALID({ problem: 'it does not begin with postgresql://' });
  try {
    const { host, port, user, database } = new pg.Client({ connectionString: url });
    return { address: `${host}:${port}`, user: user ?? '', database: database ?? '' };
  } catch (cause) {
    throw raise.STORAGE_URL_INVALID({ problem: 'it cannot be read as a URL' }, { cause });
  }
}

/** Says what keeps us from using the server, with the one remedy that fits. */
export function connectionError(error: unknown, { address, user, database }: ServerAddress): BackplaneError {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  const options = { cause: error };
  if (code === '28P01' || code === '28000') return raise.STORAGE_PASSWORD_WRONG({ address, user }, options);
  if (code === '3D000') return raise.STORAGE_DATABASE_MISSING({ address, database }, options);
  if (code === '42501') return raise.STORAGE_RIGHTS_MISSING({ user, cause: message }, options);
  return raise.STORAGE_UNREACHABLE({ address, cause: message || code || 'no answer' }, options);
}
