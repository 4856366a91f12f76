import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { raise } from '../errors/catalogue.ts';

export interface AdminKey {
  readonly file: string;
  readonly value: string;
  /** True when this start made it; only then is it printed. */
  readonly isNew: boolean;
}

/** The key that guards the API until people can sign in: made at first start, readable by this user alone. */
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

/** Lets a request pass only with the key as a bearer token. Compares in constant time. */
export function requireAdminKey(key: AdminKey): RequestHandler {
  const expected = digest(key.value);
  return (request, _response, next) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) next();
    else next(raise.HTTP_UNAUTHENTICATED(undefined));
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
