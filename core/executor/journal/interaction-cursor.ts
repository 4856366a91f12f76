import { raise } from '../../errors/catalogue.ts';

interface Place {
  readonly openedAt: number;
  readonly id: string;
}

/** The last entry of a page, wrapped so that nobody builds on what it is made of. */
export function toInteractionCursor({ openedAt, id }: Place): string {
  return Buffer.from(`${openedAt} ${id}`, 'latin1').toString('base64url');
}

/** Throws STORAGE_CURSOR_INVALID. */
export function fromInteractionCursor(cursor: string): Place {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, openedAt, id] = /^(\d{1,15}) ([\w.~-]+)$/.exec(text) ?? [];
  if (openedAt === undefined || id === undefined) throw raise.STORAGE_CURSOR_INVALID(undefined);
  return { openedAt: Number(openedAt), id };
}
