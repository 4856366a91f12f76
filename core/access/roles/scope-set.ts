import { SCOPES } from '../scope.ts';

const KNOWN = Object.keys(SCOPES);
/** Every action, and whatever the routes of plugins ask for. */
const ANY_ACTION = 'action:*:execute';
const ANY_OF_PLUGINS = '*:*';
const MOST_REMEMBERED = 2_000;

/** What somebody may, as scopes: exact ones, and globs over the names of actions and the scopes of plugins. */
export interface ScopeSet {
  readonly exact: ReadonlySet<string>;
  readonly globs: readonly string[];
  has(scope: string): boolean;
  /** What the other set allows and this one does not; the first of it. */
  missing(other: ScopeSet): string | undefined;
}

/**
 * Reads `workflow:read`, `secret:*` (all of a resource that there are today), `*` (everything), `action:tools.slack.*:execute` and scopes
 * of plugins with globs. Unknown ones allow nothing but themselves.
 */
export function scopeSet(scopes: Iterable<string>): ScopeSet {
  const exact = new Set<string>();
  const globs = new Set<string>();
  for (const scope of scopes) {
    if (scope === '*') {
      for (const known of KNOWN) exact.add(known);
      globs.add(ANY_ACTION).add(ANY_OF_PLUGINS);
    } else if (isWholeResource(scope)) {
      for (const known of KNOWN) if (known.startsWith(scope.slice(0, -1))) exact.add(known);
    } else if (scope.includes('*')) globs.add(scope);
    else exact.add(scope);
  }
  return withGlobs(exact, [...globs]);
}

function withGlobs(exact: ReadonlySet<string>, globs: readonly string[]): ScopeSet {
  const patterns = globs.map((glob) => glob.split('*'));
  const remembered = new Map<string, boolean>();
  const matches = (scope: string): boolean => {
    const known = remembered.get(scope);
    if (known !== undefined) return known;
    const matched = patterns.some((parts) => matchesParts(parts, scope));
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(scope, matched);
    return matched;
  };
  // A star in the other's glob is a character that only a star can match: then all that it stands for is allowed too.
  const has = (scope: string) => exact.has(scope) || (globs.length > 0 && !isKnown(scope) && matches(scope));
  return {
    exact,
    globs,
    has,
    missing(other) {
      for (const scope of other.exact) if (!has(scope)) return scope;
      return other.globs.find((glob) => !has(glob));
    },
  };
}

/** Scopes of the host are never matched by globs, which stand for actions and for what plugins ask. */
const isKnown = (scope: string) => Object.hasOwn(SCOPES, scope);

/** In linear time, whatever the glob: the text between stars is found from the left, the last of it at the end. */
function matchesParts(parts: readonly string[], text: string): boolean {
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    at = text.indexOf(part, at);
    if (at < 0) return false;
    at += part.length;
  }
  return at <= text.length - last.length;
}

/** Those of a list that no role can be made of. */
export function unknownScopes(scopes: readonly string[]): readonly string[] {
  return scopes.filter((scope) => !isScopePattern(scope));
}

function isScopePattern(scope: string): boolean {
  if (scope === '*' || isKnown(scope) || isWholeResource(scope)) return true;
  const resource = scope.split(':')[0]!;
  if (resource === 'action') return /^action:[a-z0-9_.*]{1,200}:execute$/.test(scope);
  if (KNOWN.some((known) => known.startsWith(`${resource}:`))) return false;
  return /^[a-z*][a-z0-9_.*-]*(?::[a-z0-9_.*-]+)+$/.test(scope) && scope.length <= 200;
}

/** `secret:*` of a resource of the host; `acme:*` is one of a plugin. */
function isWholeResource(scope: string): boolean {
  return scope.endsWith(':*') && KNOWN.some((known) => known.split(':')[0] === scope.slice(0, -2));
}
