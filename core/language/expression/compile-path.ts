import { itemOf } from '../path/item-of.ts';
import type { Scope } from '../template/scope.ts';
import type { Value } from '../values/value.ts';
import { contextOf } from './context-of.ts';
import type { Evaluate } from './evaluate.ts';
import type { PathExpression } from './expression-node.ts';
import { reportMissing } from './report-missing.ts';

const { getPrototypeOf, prototype } = Object;
const isOwnEnumerable = prototype.propertyIsEnumerable;

/** The common case, and the fast one: names and indices, followed member by member. */
export function compilePath(node: PathExpression, isOptional: boolean): Evaluate {
  const { context, segments } = node;
  const count = segments.length;
  return (scope: Scope): Value => {
    let value = contextOf(scope, context);
    for (let at = 0; at < count; at++) {
      const segment = segments[at]!;
      const next = typeof segment === 'string' ? nameOf(value, segment) : itemOf(value, segment);
      if (next === undefined) return reportMissing(scope, context, segments, at, value, isOptional);
      value = next;
    }
    return value as Value;
  };
}

/** As `ownMember`, for a name that the parser has checked. */
function nameOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const parent = getPrototypeOf(value);
  if (parent !== null && parent !== prototype) return undefined;
  return isOwnEnumerable.call(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
