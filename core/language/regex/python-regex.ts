import { type Matcher, RE2JS } from 're2js';
import { raise } from '../../errors/catalogue.ts';
import { boundedCache } from '../bounded-cache.ts';
import { translatePattern } from './translate-pattern.ts';

interface Compiled {
  readonly pattern: RE2JS;
  readonly hasDollar: boolean;
}

const compiled = boundedCache<Compiled>(500);
const MAX_PATTERN = 10_000;

/**
 * A Python regular expression that matches in linear time, so no pattern can hang the host. Lookahead, backreferences,
 * conditionals and atomic groups cannot be had that way. @throws LANGUAGE_REGEX
 */
function compile(pattern: string): Compiled {
  if (pattern.length > MAX_PATTERN)
    throw raise.LANGUAGE_REGEX({ problem: `it is longer than ${MAX_PATTERN} characters` });
  return compiled(pattern, compileAnew);
}

function compileAnew(pattern: string): Compiled {
  const { source, hasDollar } = translatePattern(pattern);
  try {
    return { pattern: RE2JS.compile(source, RE2JS.LOOKBEHINDS), hasDollar };
  } catch (cause) {
    throw raise.LANGUAGE_REGEX({ problem: (cause as Error).message }, { cause });
  }
}

function matched(pattern: string, text: string, attempt: (matcher: Matcher) => boolean): Matcher | undefined {
  const { pattern: regex, hasDollar } = compile(pattern);
  const matcher = regex.matcher(text);
  if (attempt(matcher)) return matcher;
  if (!hasDollar || !text.endsWith('\n')) return undefined;
  // Python's `$` also matches before a line break that ends the text; RE2's does not.
  const shorter = regex.matcher(text.slice(0, -1));
  return attempt(shorter) ? shorter : undefined;
}

/** Python's `re.match`: whether the text begins with a match. */
export function matchesAtStart(pattern: string, text: string): boolean {
  return matched(pattern, text, (matcher) => matcher.lookingAt()) !== undefined;
}

/** The whole of the first match and its groups (undefined where a group took no part); undefined without a match. */
export function firstMatch(
  pattern: string,
  text: string,
): { whole: string; groups: (string | undefined)[] } | undefined {
  const matcher = matched(pattern, text, (found) => found.find());
  if (matcher === undefined) return undefined;
  const groups = Array.from({ length: matcher.groupCount() }, (_, at) => matcher.group(at + 1) ?? undefined);
  return { whole: matcher.group() ?? '', groups };
}
