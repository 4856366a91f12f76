import type { Value } from '../values/value.ts';
import { Arguments } from './arguments.ts';
import type { ExpressionFunction } from './expression-function.ts';

/**
 * Declares one `FN.name`.
 * @param signature parameters separated by blanks: `text sep?` where `?` may be left out and `*rest` takes any number.
 * @param call reads its arguments by position
 */
export function defineFunction(
  name: string,
  signature: string,
  summary: string,
  call: (given: Arguments) => Value,
): ExpressionFunction {
  const declared = signature === '' ? [] : signature.split(' ');
  const parameters = declared.map((parameter) => parameter.replace('?', ''));
  const required = declared.filter((parameter) => !parameter.endsWith('?') && !parameter.startsWith('*')).length;
  return {
    name,
    parameters,
    minArguments: required,
    maxArguments: declared.at(-1)?.startsWith('*') ? Number.POSITIVE_INFINITY : declared.length,
    summary,
    call: (args, scope) => call(new Arguments(name, parameters, args, scope)),
  };
}

/** The same function under further names, as the original has several. */
export function aliases(target: ExpressionFunction, ...names: readonly string[]): readonly ExpressionFunction[] {
  return [target, ...names.map((name) => ({ ...target, name, summary: `The same as \`${target.name}\`.` }))];
}
