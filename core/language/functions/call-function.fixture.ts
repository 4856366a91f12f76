import type { Scope } from '../template/scope.ts';
import type { Value } from '../values/value.ts';
import { findFunction } from './function-table.ts';

/** Calls one function as an expression would, in an empty scope. */
export function call(name: string, ...args: readonly unknown[]): Value {
  return callIn({}, name, ...args);
}

export function callIn(scope: Scope, name: string, ...args: readonly unknown[]): Value {
  const target = findFunction(name);
  if (target === undefined) throw new Error(`FN.${name} does not exist`);
  return target.call(args as readonly Value[], scope);
}

/** Matches an error of the catalogue by its code. */
export const withCode = (code: string) => ({ asymmetricMatch: (error: { code?: string }) => error?.code === code });
