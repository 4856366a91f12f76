import { lambdaTypeError } from './lambda-error.ts';
import type { LambdaRun } from './lambda-run.ts';
import type { LambdaValue, PythonKeywords } from './lambda-value.ts';

export interface MethodCall {
  readonly name: string;
  readonly args: readonly LambdaValue[];
  readonly keywords: PythonKeywords;
  readonly run: LambdaRun;
}

export type Method<T> = (self: T, call: MethodCall) => LambdaValue;

/** A string argument by position or name. */
export function textArgument({ name, args, keywords }: MethodCall, at: number, keyword?: string): string {
  const value = args[at] ?? (keyword === undefined ? undefined : keywords[keyword]);
  if (typeof value !== 'string') throw lambdaTypeError(`argument ${at + 1} of \`.${name}()\` must be a string`);
  return value;
}

/** An argument that may be left out or None. */
export function optionalText(call: MethodCall, at: number, keyword?: string): string | undefined {
  const value = call.args[at] ?? (keyword === undefined ? undefined : call.keywords[keyword]);
  return value === undefined || value === null ? undefined : textArgument(call, at, keyword);
}

export function optionalInteger(
  { name, args, keywords }: MethodCall,
  at: number,
  keyword?: string,
): number | undefined {
  const value = args[at] ?? (keyword === undefined ? undefined : keywords[keyword]);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw lambdaTypeError(`argument ${at + 1} of \`.${name}()\` must be a whole number`);
  return value;
}
