import type { ExpressionFunction } from '../functions/expression-function.ts';

/** What to say when a function is called with a number of arguments that it cannot take. */
export function arityProblem(
  target: ExpressionFunction,
  given: number,
): { expected: string; given: number } | undefined {
  if (given >= target.minArguments && given <= target.maxArguments) return undefined;
  return { expected: expectation(target), given };
}

function expectation({ minArguments: min, maxArguments: max, parameters }: ExpressionFunction): string {
  const names = parameters.length === 0 ? '' : ` (${parameters.join(', ')})`;
  const plural = (count: number) => `${count} argument${count === 1 ? '' : 's'}`;
  if (min === max) return plural(min) + names;
  return max === Number.POSITIVE_INFINITY ? `at least ${plural(min)}${names}` : `${min} to ${plural(max)}${names}`;
}
