import { addedFunction, addedFunctionNames } from './added-functions.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { functionAliases } from './function-aliases.ts';
import { functionAreas } from './function-areas.ts';

const table: ReadonlyMap<string, ExpressionFunction> = new Map(
  functionAreas.flatMap(({ functions }) => functions.map((entry) => [entry.name, entry] as const)),
);

const names = [...table.keys()].sort();

/** The function behind `FN.name`, also by its second name. */
export function findFunction(name: string): ExpressionFunction | undefined {
  const own = Object.hasOwn(functionAliases, name) ? table.get(functionAliases[name]!) : undefined;
  return table.get(name) ?? own ?? addedFunction(name);
}

/** All names, sorted. */
export function functionNames(): readonly string[] {
  const added = [...addedFunctionNames()];
  return added.length === 0 ? names : [...names, ...added].sort();
}
