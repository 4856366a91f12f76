import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  if (existsSync(file)) {
    const value = readFileSync(file, 'utf8').trim();
    if (value.length >= 32) return { file, value, isNew: false };
  }
  const value = `bp_${randomBytes(32).toString('base64url')}`;
  writeFileSync(file, `${value}\n`, { mode: 0o600 });
  return { file, value, isNew: true };
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
