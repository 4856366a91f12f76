import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { ValueSet } from './value-set.ts';

/** The original gives these lists in no order; here the order of first appearance is kept. */
export const setFunctions: readonly ExpressionFunction[] = [
  defineFunction('unique', 'items', 'Each value once, in order of first appearance.', (given) =>
    new ValueSet(given.items(0)).values(),
  ),
  defineFunction('union', '*lists', 'The values of all lists, each once.', (given) =>
    new ValueSet(given.values.flatMap((_, at) => given.items(at))).values(),
  ),
  defineFunction('intersection', 'a b', 'The values that are in both, each once.', (given) => {
    const other = new ValueSet(given.items(1));
    return new ValueSet(given.items(0)).values().filter((item) => other.has(item));
  }),
  defineFunction('difference', 'a b', 'The values of `a` that are not in `b`, each once.', (given) => {
    const other = new ValueSet(given.items(1));
    return new ValueSet(given.items(0)).values().filter((item) => !other.has(item));
  }),
  defineFunction('symmetric_difference', 'a b', 'The values that are in one of the two only, each once.', (given) => {
    const [left, right] = [new ValueSet(given.items(0)), new ValueSet(given.items(1))];
    return [...left.values().filter((item) => !right.has(item)), ...right.values().filter((item) => !left.has(item))];
  }),
];
