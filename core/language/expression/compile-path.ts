import { itemOf } from '../path/item-of.ts';
import type { Scope } from '../template/scope.ts';
import { isRecord } from '../values/is-record.ts';
import { ownMember } from '../values/own-member.ts';
import type { Value } from '../values/value.ts';
import { contextReader } from './context-of.ts';
import type { Evaluate } from './evaluate.ts';
import type { PathExpression } from './expression-node.ts';
import { reportMissing } from './report-missing.ts';

const isOwn = Object.prototype.hasOwnProperty;

/** The common case, and the fast one: names and indices, followed member by member. */
export function compilePath({ context, segments }: PathExpression, isOptional: boolean): Evaluate {
  const read = contextReader(context);
  const follow = segments.some((segment) => OWN_NAMES.has(segment)) ? followCarefully : followQuickly;
  return (scope) => {
    const value = follow(read(scope), segments);
    return value === undefined ? explain(scope, context, segments, read(scope), isOptional) : (value as Value);
  };
}

/** What lists and the language's own classes have as own properties; under any other name an own property is user data. */
const OWN_NAMES: ReadonlySet<string | number> = new Set(['length', 'value', 'microseconds']);

/** As `followCarefully`, for names that need no care; at half its price. */
function followQuickly(start: unknown, segments: readonly (string | number)[]): unknown {
  let value = start;
  for (let at = 0; at < segments.length; at++) {
    const segment = segments[at]!;
    if (typeof segment === 'number') value = itemOf(value, segment);
    else if (typeof value !== 'object' || value === null || !isOwn.call(value, segment)) return undefined;
    else value = (value as Record<string, unknown>)[segment];
  }
  return value;
}

function followCarefully(start: unknown, segments: readonly (string | number)[]): unknown {
  return segments.reduce<unknown>(step, start);
}

function step(value: unknown, segment: string | number): unknown {
  if (typeof segment === 'number') return itemOf(value, segment);
  return isRecord(value) ? ownMember(value, segment) : undefined;
}

/** Follows a path that leads nowhere once more, slowly, to say where it ends. */
function explain(
  scope: Scope,
  context: string,
  segments: readonly (string | number)[],
  start: unknown,
  isOptional: boolean,
): Value {
  let value = start;
  for (let at = 0; at < segments.length; at++) {
    const next = step(value, segments[at]!);
    if (next === undefined) return reportMissing(scope, context, segments, at, value, isOptional);
    value = next;
  }
  return value as Value;
}
