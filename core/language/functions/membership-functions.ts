import { contains } from '../values/membership.ts';
import type { Arguments } from './arguments.ts';
import { aliases, defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

const isIn = (given: Arguments) => contains(given.value(1), given.value(0));

/** As `in` for each item of the first: in a list, among the keys of a map, or as part of a string. */
function share(given: Arguments): boolean {
  return given.items(0).some((item) => contains(given.value(1), item));
}

export const membershipFunctions: readonly ExpressionFunction[] = [
  ...aliases(
    defineFunction(
      'is_in',
      'item container',
      'Whether `item` is in a list, is a key of a map, or a part of a string.',
      isIn,
    ),
    'contains',
  ),
  ...aliases(
    defineFunction('not_in', 'item container', 'Whether `item` is not in it.', (given) => !isIn(given)),
    'is_not_in',
    'does_not_contain',
  ),
  defineFunction('contains_any_of', 'a b', 'Whether any item of `a` is in `b`.', share),
  defineFunction('contains_none_of', 'a b', 'Whether no item of `a` is in `b`.', (given) => !share(given)),
];
