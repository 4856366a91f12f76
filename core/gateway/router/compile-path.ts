import type { PathPattern } from '../model/path-pattern.ts';
import { canonicalPath } from '../ocelot/matching/canonical-path.ts';
import { compileUpstreamTemplate } from '../ocelot/matching/upstream-template.ts';
import { nativePattern } from './native-pattern.ts';
import type { PathMatcher } from './path-matcher.ts';

/** Throws GATEWAY_PATTERN_INVALID. */
export function compilePath(pattern: PathPattern): PathMatcher {
  if (pattern.kind === 'native') return nativePattern(pattern.pattern, pattern.caseSensitive);
  const template = compileUpstreamTemplate(pattern.template, pattern.caseSensitive);
  // Encoded text stands as it is in these templates, and decoded in the index.
  const end = template.prefix.findIndex((segment) => !/^[\w~-]+$/.test(segment));
  const prefix = end === -1 ? template.prefix : template.prefix.slice(0, end);
  return {
    index: prefix.map((segment) => segment.toLowerCase()),
    isOpen: true,
    exactness: [],
    match: (path, query) => template.match(canonicalPath(path), query === '' ? '' : `?${query}`),
  };
}
