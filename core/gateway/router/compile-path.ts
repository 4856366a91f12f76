import type { PathPattern } from '../model/path-pattern.ts';
import { canonicalPath } from '../ocelot/matching/canonical-path.ts';
import { compileUpstreamTemplate } from '../ocelot/matching/upstream-template.ts';
import { nativePattern } from './native-pattern.ts';
import type { PathMatcher } from './path-matcher.ts';

/** Throws GATEWAY_PATTERN_INVALID. */
export function compilePath(pattern: PathPattern): PathMatcher {
  if (pattern.kind === 'native') return nativePattern(pattern.pattern, pattern.caseSensitive);
  const template = compileUpstreamTemplate(pattern.template, pattern.caseSensitive);
  return {
    index: template.prefix.map((segment) => segment.toLowerCase()),
    isOpen: true,
    exactness: [],
    match: (path, query) => template.match(canonicalPath(path), query === '' ? '' : `?${query}`),
  };
}
