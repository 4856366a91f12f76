import type { ExpressionFunction } from './expression-function.ts';
import { functionAliases } from './function-aliases.ts';
import { functionAreas } from './function-areas.ts';

const table: ReadonlyMap<string, ExpressionFunction> = new Map(
  functionAreas.flatMap(({ functions }) => functions.map((entry) => [entry.name, entry] as const)),
);

const names = [...table.keys()].sort();

/** The function behind `FN.name`, also by its second name. */
export function findFunction(name: string): ExpressionFunction | undefined {
  return table.get(name) ?? (Object.hasOwn(functionAliases, name) ? table.get(functionAliases[name]!) : undefined);
}

/** All names, sorted. */
export function functionNames(): readonly string[] {
  return names;
}
