import { isIdentical } from '../expression/identity.ts';
import { isEqual } from '../values/equality.ts';
import { contains } from '../values/membership.ts';
import { compareValues } from '../values/ordering.ts';
import { isTruthy } from '../values/truthiness.ts';
import type { Value } from '../values/value.ts';
import { collect } from './iterate.ts';
import { lambdaTypeError } from './lambda-error.ts';
import type { LambdaRun } from './lambda-run.ts';
import { type LambdaValue, PythonFunction, PythonIterator, PythonSet } from './lambda-value.ts';
import type { ComparisonLink } from './python-node.ts';

export function isTrue(value: LambdaValue): boolean {
  return value instanceof PythonSet ? value.items.length > 0 : isTruthy(value);
}

export function areEqual(left: LambdaValue, right: LambdaValue): boolean {
  if (!(left instanceof PythonSet)) return isEqual(left, right);
  if (!(right instanceof PythonSet) || left.items.length !== right.items.length) return false;
  return left.items.every((item) => has(right.items, item));
}

export function has(items: readonly LambdaValue[], wanted: LambdaValue): boolean {
  return items.some((item) => areEqual(item, wanted));
}

export function order(left: LambdaValue, right: LambdaValue): number {
  for (const value of [left, right]) {
    if (value instanceof PythonSet || value instanceof PythonIterator || value instanceof PythonFunction) {
      throw lambdaTypeError('sets, generators and functions have no order');
    }
  }
  return compareValues(left as Value, right as Value);
}

export function compare(
  operator: ComparisonLink['operator'],
  left: LambdaValue,
  right: LambdaValue,
  run: LambdaRun,
): boolean {
  switch (operator) {
    case '==':
      return areEqual(left, right);
    case '!=':
      return !areEqual(left, right);
    case 'is':
      return isIdentical(left as Value, right as Value);
    case 'is not':
      return !isIdentical(left as Value, right as Value);
    case 'in':
      return isIn(left, right, run);
    case 'not in':
      return !isIn(left, right, run);
    case '<':
      return order(left, right) < 0;
    case '<=':
      return order(left, right) <= 0;
    case '>':
      return order(left, right) > 0;
    case '>=':
      return order(left, right) >= 0;
  }
}

function isIn(item: LambdaValue, collection: LambdaValue, run: LambdaRun): boolean {
  const isOwn = collection instanceof PythonSet || collection instanceof PythonIterator;
  if (isOwn) return has(collect(collection, run), item);
  if (Array.isArray(collection)) run.step(collection.length);
  return contains(collection, item);
}
