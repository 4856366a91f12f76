import semver from 'semver';
import { raise } from '../../../errors/catalogue.ts';

export interface NpmWish {
  readonly name: string;
  /** A range or a tag; `latest` when the wish says nothing. */
  readonly range: string;
}

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const TAG = /^[A-Za-z][A-Za-z0-9._-]*$/;

export const isPackageName = (text: string): boolean => text.length <= 214 && NAME.test(text);

/** Reads `@acme/tickets@^1.4`. Throws PLUGIN_WISH_INVALID. */
export function parseNpmWish(wish: string): NpmWish {
  const at = wish.indexOf('@', 1);
  const name = at === -1 ? wish : wish.slice(0, at);
  const range = at === -1 ? 'latest' : wish.slice(at + 1).trim();
  const refuse = (problem: string) => raise.PLUGIN_WISH_INVALID({ wish: `npm:${wish}`, problem });
  if (!isPackageName(name)) throw refuse(`${JSON.stringify(name)} is not the name of a package`);
  if (range === '' || (semver.validRange(range) === null && !TAG.test(range)))
    throw refuse(`${JSON.stringify(range)} is neither a range of versions nor a tag`);
  return { name, range };
}
