import { raise } from '../../errors/catalogue.ts';
import type { ExpressionFunction } from '../functions/expression-function.ts';
import { findFunction, functionNames } from '../functions/function-table.ts';
import { nearest } from '../source/did-you-mean.ts';
import type { Value } from '../values/value.ts';
import { arityProblem } from './arity.ts';
import type { Compile, Evaluate } from './evaluate.ts';
import type { CallExpression } from './expression-node.ts';
import { mapCall } from './map-call.ts';
import { guardSize } from './output-budget.ts';

export function compileCall(node: CallExpression, compile: Compile): Evaluate {
  const target = resolve(node);
  const args = node.args.map((arg) => compile(arg));
  if (node.isMapped)
    return (scope) =>
      mapCall(
        target,
        args.map((arg) => arg(scope)),
        scope,
      );
  if (args.length === 1) {
    const only = args[0]!;
    return (scope) => guardSize(target.call([only(scope)], scope));
  }
  return (scope) => {
    const values: Value[] = [];
    for (const arg of args) values.push(arg(scope));
    return guardSize(target.call(values, scope));
  };
}

function resolve({ name, args, start }: CallExpression): ExpressionFunction {
  const target = findFunction(name);
  const details = { offset: start };
  if (target === undefined) {
    const didYouMean = nearest(name, functionNames());
    throw raise.LANGUAGE_FUNCTION_UNKNOWN({ name, ...(didYouMean === undefined ? {} : { didYouMean }) }, { details });
  }
  const problem = arityProblem(target, args.length);
  if (problem !== undefined) throw raise.LANGUAGE_FUNCTION_ARITY({ name, ...problem }, { details });
  return target;
}
