import { castTo } from '../values/casts.ts';
import { isEqual } from '../values/equality.ts';
import { compareValues } from '../values/ordering.ts';
import type { Value } from '../values/value.ts';
import type { Datum } from './datum.ts';
import type { PathBudget } from './path-budget.ts';
import type { Condition, PathNode } from './path-node.ts';
import { searches } from './pattern.ts';
import { tried } from './tried.ts';

type Find = (node: PathNode, datum: Datum, budget: PathBudget) => Datum[];

/** Whether the condition finds anything below the item. */
export function satisfies(condition: Condition, item: Datum, budget: PathBudget, find: Find): boolean {
  const found = find(condition.path, item, budget);
  const { comparison } = condition;
  if (comparison === undefined) return found.length > 0;
  return found.some(({ value }) => compares(value as Value, comparison));
}

function compares(
  value: Value,
  { operator, value: expected, isInteger }: NonNullable<Condition['comparison']>,
): boolean {
  const actual = isInteger ? asInteger(value) : value;
  if (actual === undefined) return false;
  switch (operator) {
    case '==':
      return isEqual(actual, expected);
    case '!=':
      return !isEqual(actual, expected);
    case '=~':
      return typeof actual === 'string' && searches(String(expected), actual);
    default:
      return ordered(actual, expected, operator);
  }
}

/** Beside a whole number the value is cut to one, as in jsonpath-ng: `"30"` is 30 and so is 30.9. */
function asInteger(value: Value): Value | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  return tried(() => castTo('int', value));
}

/** Values that have no order, a string beside a number, do not match. */
function ordered(left: Value, right: Value, operator: '<' | '<=' | '>' | '>='): boolean {
  const order = tried(() => compareValues(left, right));
  if (order === undefined || Number.isNaN(order)) return false;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}
