import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Authenticator } from '../identity/authenticator.ts';

export interface AdminKey {
  readonly file: string;
  readonly value: string;
  /** True when this start made it; only then is it printed. */
  readonly isNew: boolean;
}

/** The key of whoever runs the host, who may do everything: made at first start, readable by this user alone. */
export function openAdminKey(dataFolder: string): AdminKey {
  const file = join(dataFolder, 'admin.key');
  const kept = readKey(file);
  if (kept !== undefined) return { file, value: kept, isNew: false };
  const value = `bp_${randomBytes(32).toString('base64url')}`;
  rmSync(file, { force: true });
  try {
    writeFileSync(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
    return { file, value, isNew: true };
  } catch (error) {
    // Another start on the same folder was quicker: its key counts.
    const theirs = readKey(file);
    if (theirs === undefined) throw error;
    return { file, value: theirs, isNew: false };
  }
}

/** What a full disk or an interrupted start has cut short is no key. */
function readKey(file: string): string | undefined {
  const value = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return value.length >= 32 ? value : undefined;
}

/** Knows the holder of the admin key, sent as a bearer token. Compares in constant time. */
export function adminKeyAuthenticator(key: AdminKey): Authenticator {
  const expected = digest(key.value);
  return {
    proof: 'admin-key',
    identify({ headers }) {
      const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
      if (given === undefined || !timingSafeEqual(digest(given), expected)) return undefined;
      return { kind: 'host', name: 'admin key' };
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
