import { raise } from '../errors/catalogue.ts';
import { isUuid } from './uuid-text.ts';

/** The last id of a page, wrapped so that nobody builds on what it is made of. */
export function toCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** Throws STORAGE_CURSOR_INVALID. */
export function fromCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (!isUuid(id)) throw raise.STORAGE_CURSOR_INVALID(undefined);
  return id;
}
