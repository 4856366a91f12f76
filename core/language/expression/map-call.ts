import { raise } from '../../errors/catalogue.ts';
import type { ExpressionFunction } from '../functions/expression-function.ts';
import type { Scope } from '../template/scope.ts';
import type { Value } from '../values/value.ts';
import { tooLarge } from './output-budget.ts';

const MAX_CALLS = 1_000_000;

/** `FN.name.map(…)`: lists side by side, the shortest ends it, everything else repeats. Without a list: one call, in a list. */
export function mapCall(target: ExpressionFunction, args: readonly Value[], scope: Scope): Value[] {
  const lists = args.filter((arg) => Array.isArray(arg));
  const count = lists.length === 0 ? 1 : Math.min(...lists.map((list) => list.length));
  if (count > MAX_CALLS) throw raise.LANGUAGE_BUDGET_STEPS({ limit: MAX_CALLS });
  const results: Value[] = [];
  let characters = 0;
  for (let at = 0; at < count; at++) {
    const result = target.call(
      args.map((arg) => (Array.isArray(arg) ? (arg[at] as Value) : arg)),
      scope,
    );
    characters += typeof result === 'string' ? result.length : 1;
    if (characters > MAX_CALLS * 100) throw tooLarge();
    results.push(result);
  }
  return results;
}
