import { isEqual } from '../values/equality.ts';
import { compareValues } from '../values/ordering.ts';
import { isTruthy } from '../values/truthiness.ts';
import type { Arguments } from './arguments.ts';
import { aliases, defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

const order = (given: Arguments) => compareValues(given.value(0), given.value(1));

export const compareFunctions: readonly ExpressionFunction[] = [
  defineFunction('is_equal', 'a b', 'Equal by value, as `==`.', (given) => isEqual(given.value(0), given.value(1))),
  ...aliases(
    defineFunction('not_equal', 'a b', 'Not equal, as `!=`.', (given) => !isEqual(given.value(0), given.value(1))),
    'is_not_equal',
  ),
  defineFunction('greater_than', 'a b', 'As `a > b`.', (given) => order(given) > 0),
  defineFunction('greater_than_or_equal', 'a b', 'As `a >= b`.', (given) => order(given) >= 0),
  defineFunction('less_than', 'a b', 'As `a < b`.', (given) => order(given) < 0),
  defineFunction('less_than_or_equal', 'a b', 'As `a <= b`.', (given) => order(given) <= 0),
  defineFunction('is_null', 'x', 'Whether it is null.', (given) => given.value(0) === null),
  ...aliases(
    defineFunction('not_null', 'x', 'Whether it is not null.', (given) => given.value(0) !== null),
    'is_not_null',
  ),
];

/** `and` and `or` give one of their arguments back, as `&&` and `||` do; both are evaluated before the call. */
export const logicFunctions: readonly ExpressionFunction[] = [
  defineFunction('and', 'a b', '`a` when it is not true, else `b`.', (given) =>
    isTruthy(given.value(0)) ? given.value(1) : given.value(0),
  ),
  defineFunction('or', 'a b', '`a` when it is true, else `b`.', (given) =>
    isTruthy(given.value(0)) ? given.value(0) : given.value(1),
  ),
  defineFunction('not', 'a', 'True when it is not.', (given) => !isTruthy(given.value(0))),
];
