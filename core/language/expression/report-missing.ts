import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../source/did-you-mean.ts';
import type { Scope } from '../template/scope.ts';
import { isRecord } from '../values/is-record.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';
import { pathText } from './path-text.ts';

/** Beyond this many keys none is searched for a near one. */
const MAX_CANDIDATES = 1_000;

/**
 * Answers for a path that leads nowhere: null with a warning, in strict mode an error. `at` is the segment that failed and
 * `parent` the value that lacks it. Where absence is expected (`path || fallback`) only a likely typing mistake is told.
 */
export function reportMissing(
  scope: Scope,
  context: string,
  segments: readonly (string | number)[],
  at: number,
  parent: unknown,
  isOptional: boolean,
): null {
  if (scope.warn === undefined && (scope.strict !== true || isOptional)) return null;
  const didYouMean = nearKey(parent, segments[at]!);
  if (isOptional && didYouMean === undefined) return null;
  const path = pathText(context, segments);
  const problem = problemOf(pathText(context, segments.slice(0, at)), parent, segments[at]!);
  const error = raise.LANGUAGE_PATH_MISSING({ path, problem, ...(didYouMean === undefined ? {} : { didYouMean }) });
  if (scope.strict === true && !isOptional) throw error;
  scope.warn?.({ code: error.code, message: error.message });
  return null;
}

/** The same for a searched path, of which only the whole is known. */
export function reportNoMatch(scope: Scope, path: string, isOptional: boolean): null {
  if (isOptional || (scope.warn === undefined && scope.strict !== true)) return null;
  const error = raise.LANGUAGE_PATH_MISSING({ path, problem: 'nothing matches' });
  if (scope.strict === true) throw error;
  scope.warn?.({ code: error.code, message: error.message });
  return null;
}

function nearKey(parent: unknown, segment: string | number): string | undefined {
  if (typeof segment !== 'string' || !isRecord(parent)) return undefined;
  return nearest(segment, Object.keys(parent).slice(0, MAX_CANDIDATES));
}

function problemOf(parentPath: string, parent: unknown, segment: string | number): string {
  if (typeof segment === 'number') {
    return Array.isArray(parent)
      ? `\`${parentPath}\` has ${parent.length} items, none at index ${segment}`
      : `\`${parentPath}\` is a ${pythonTypeName(parent as Value)}, which has no index ${segment}`;
  }
  if (parent === null) return `\`${parentPath}\` is null, so it has no \`${segment}\``;
  if (!isRecord(parent))
    return `\`${parentPath}\` is a ${pythonTypeName(parent as Value)}, which has no \`${segment}\``;
  return `\`${parentPath}\` has no \`${segment}\``;
}
