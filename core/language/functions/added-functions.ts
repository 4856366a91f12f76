import { raise } from '../../errors/catalogue.ts';
import type { Value } from '../values/value.ts';
import type { ExpressionFunction } from './expression-function.ts';

/** What plugins add to the language. Of the process, as the language itself is. */
const added = new Map<string, ExpressionFunction>();

export function addedFunction(name: string): ExpressionFunction | undefined {
  return added.get(name);
}

export function addedFunctionNames(): Iterable<string> {
  return added.keys();
}

/** Makes `FN.name` known until it is disposed. False when the name is taken. */
export function addFunction(given: ExpressionFunction): Disposable | undefined {
  const { name } = given;
  if (added.has(name)) return undefined;
  const live: ExpressionFunction = { ...given, call: (args, scope) => current(name).call(args, scope) };
  running.set(name, given);
  added.set(name, live);
  return {
    [Symbol.dispose]() {
      if (added.get(name) !== live) return;
      added.delete(name);
      running.delete(name);
    },
  };
}

/** Compiled expressions outlive plugins: what they call is looked up when they call it. */
const running = new Map<string, { call(args: readonly Value[], scope: never): Value }>();

function current(name: string): ExpressionFunction {
  const found = running.get(name);
  if (found === undefined) throw raise.LANGUAGE_FUNCTION_UNKNOWN({ name });
  return found as ExpressionFunction;
}
