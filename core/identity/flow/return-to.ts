const HOME = '/';
const ORIGIN = 'http://here.invalid';

/** Where to go after sign-in: a path of this host. Whatever a browser could read as another site leads home. */
export function safeReturnPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(asked)) return HOME;
  // Backslashes, encoded tricks and dots are read as browsers read them.
  if (asked.includes('\\') || !URL.canParse(asked, ORIGIN)) return HOME;
  const { origin, pathname, search, hash } = new URL(asked, ORIGIN);
  return origin === ORIGIN && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : HOME;
}
