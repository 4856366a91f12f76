import { add, divide, modulo, multiply, power, subtract } from '../values/arithmetic.ts';
import { compareValues } from '../values/ordering.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

const both = (operation: (a: Value, b: Value) => Value) => (given: Arguments) =>
  operation(given.value(0), given.value(1));

export const mathFunctions: readonly ExpressionFunction[] = [
  defineFunction('add', 'a b', 'As `a + b`.', both(add)),
  defineFunction('sub', 'a b', 'As `a - b`.', both(subtract)),
  defineFunction('mul', 'a b', 'As `a * b`.', both(multiply)),
  defineFunction('div', 'a b', 'As `a / b`: always a float.', both(divide)),
  defineFunction('mod', 'a b', 'As `a % b`: has the sign of `b`.', both(modulo)),
  defineFunction('pow', 'a b', 'a to the power of b.', both(power)),
  defineFunction('sum', 'items start?', 'The items added up, from `start` (0).', (given) => {
    // Added one by one: CPython 3.11 and the recorded results have the plain rounding, not the compensated one of 3.12.
    return given.items(0).reduce((total, item) => add(total, item), given.isAbsent(1) ? 0 : given.value(1));
  }),
  defineFunction('min', 'a b', 'The smaller of two; the first when they are equal.', (given) =>
    compareValues(given.value(1), given.value(0)) < 0 ? given.value(1) : given.value(0),
  ),
  defineFunction('max', 'a b', 'The larger of two; the first when they are equal.', (given) =>
    compareValues(given.value(1), given.value(0)) > 0 ? given.value(1) : given.value(0),
  ),
];
