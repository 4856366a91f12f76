import { raise } from '../../errors/catalogue.ts';
import { indexValue } from '../expression/index-value.ts';
import { sliceIndices } from '../path/slice-indices.ts';
import { nearest } from '../source/did-you-mean.ts';
import { negate } from '../values/arithmetic.ts';
import type { Value } from '../values/value.ts';
import { builtins } from './builtins.ts';
import { callMethod, methodNames } from './call-method.ts';
import { compare, isTrue } from './compare-lambda-values.ts';
import { compileComprehension } from './compile-comprehension.ts';
import { compileDict, compileItems } from './compile-literals.ts';
import { bind, type Environment, lookUp } from './environment.ts';
import { formatParts } from './format-parts.ts';
import { lambdaTypeError } from './lambda-error.ts';
import { type LambdaValue, PythonFunction, type PythonKeywords } from './lambda-value.ts';
import { makeSet } from './make-set.ts';
import type { Names, PythonEvaluate } from './python-evaluate.ts';
import type { Keywords, PythonNode } from './python-node.ts';
import { operate } from './python-operators.ts';

/** Turns a tree into a closure. Names, functions and methods that are not on the list are refused here, before anything runs. */
export function compilePython(node: PythonNode, names: Names): PythonEvaluate {
  const compile = (inner: PythonNode) => compilePython(inner, names);
  switch (node.kind) {
    case 'constant':
      return () => node.value;
    case 'name':
      return compileName(node.name, names, node.offset);
    case 'text':
      return formatParts(node.parts, compile);
    case 'list':
    case 'tuple':
      return compileItems(node.items, compile) as PythonEvaluate;
    case 'set': {
      const items = compileItems(node.items, compile);
      return (environment) => makeSet(items(environment), environment.run);
    }
    case 'dict':
      return compileDict(node.entries, compile);
    case 'unary':
      return compileUnary(node.operator, compile(node.operand));
    case 'binary': {
      const [left, right] = [compile(node.left), compile(node.right)];
      return (environment) => {
        environment.run.step();
        return operate(node.operator, left(environment), right(environment));
      };
    }
    case 'boolean': {
      const [left, right] = [compile(node.left), compile(node.right)];
      const isOr = node.operator === 'or';
      return (environment) => {
        const value = left(environment);
        return isTrue(value) === isOr ? value : right(environment);
      };
    }
    case 'comparison':
      return compileComparison(node, compile);
    case 'conditional': {
      const [test, whenTrue, whenFalse] = [compile(node.test), compile(node.whenTrue), compile(node.whenFalse)];
      return (environment) => (isTrue(test(environment)) ? whenTrue(environment) : whenFalse(environment));
    }
    case 'call':
      return compileCall(node, compile);
    case 'method':
      return compileMethod(node, compile);
    case 'index': {
      const [target, index] = [compile(node.target), compile(node.index)];
      return (environment) => indexValue(target(environment) as Value, index(environment) as Value);
    }
    case 'slice': {
      const target = compile(node.target);
      const bounds = node.bounds.map((bound) => bound && compile(bound));
      return (environment) =>
        slice(
          target(environment),
          bounds.map((bound) => bound?.(environment)),
        );
    }
    case 'comprehension':
      return compileComprehension(node, names, compilePython);
    case 'lambda': {
      const body = compilePython(node.body, new Set([...names, ...node.parameters]));
      return (environment) => closure(node.parameters, body, environment);
    }
  }
}

function compileName(name: string, names: Names, offset: number): PythonEvaluate {
  if (names.has(name)) return (environment) => lookUp(environment, name);
  const builtin = builtins.get(name);
  if (builtin !== undefined) return () => builtin;
  const didYouMean = nearest(name, [...names, ...builtins.keys()]);
  const data = { what: `The name \`${name}\``, ...(didYouMean === undefined ? {} : { didYouMean }) };
  throw raise.LANGUAGE_LAMBDA_FORBIDDEN(data, { details: { offset } });
}

function compileUnary(operator: '-' | '+' | 'not', operand: PythonEvaluate): PythonEvaluate {
  if (operator === 'not') return (environment) => !isTrue(operand(environment));
  if (operator === '-') return (environment) => negate(operand(environment) as Value);
  return (environment) => negate(negate(operand(environment) as Value));
}

/** Python chains: `a < b < c` compares neighbours, evaluates each operand once and stops at the first that fails. */
function compileComparison(
  node: Extract<PythonNode, { kind: 'comparison' }>,
  compile: (inner: PythonNode) => PythonEvaluate,
): PythonEvaluate {
  const first = compile(node.first);
  const links = node.links.map(({ operator, right }) => ({ operator, right: compile(right) }));
  return (environment) => {
    environment.run.step();
    let left = first(environment);
    for (const link of links) {
      const right = link.right(environment);
      if (!compare(link.operator, left, right, environment.run)) return false;
      left = right;
    }
    return true;
  };
}

function compileCall(
  node: Extract<PythonNode, { kind: 'call' }>,
  compile: (inner: PythonNode) => PythonEvaluate,
): PythonEvaluate {
  const target = compile(node.target);
  const args = node.args.map(compile);
  const keywords = compileKeywords(node.keywords, compile);
  return (environment) => {
    environment.run.step();
    const callee = target(environment);
    if (!(callee instanceof PythonFunction)) throw lambdaTypeError('what is called is not a function');
    return callee.call(
      args.map((arg) => arg(environment)),
      keywords(environment),
      environment.run,
    );
  };
}

function compileMethod(
  node: Extract<PythonNode, { kind: 'method' }>,
  compile: (inner: PythonNode) => PythonEvaluate,
): PythonEvaluate {
  const { name, offset } = node;
  if (!methodNames.has(name)) {
    const didYouMean = nearest(name, methodNames);
    const data = { what: `The method \`.${name}()\``, ...(didYouMean === undefined ? {} : { didYouMean }) };
    throw raise.LANGUAGE_LAMBDA_FORBIDDEN(data, { details: { offset } });
  }
  const target = compile(node.target);
  const args = node.args.map(compile);
  const keywords = compileKeywords(node.keywords, compile);
  return (environment) => {
    environment.run.step();
    const self = target(environment);
    return callMethod(
      self,
      name,
      args.map((arg) => arg(environment)),
      keywords(environment),
      environment.run,
    );
  };
}

function compileKeywords(
  keywords: Keywords,
  compile: (inner: PythonNode) => PythonEvaluate,
): (environment: Environment) => PythonKeywords {
  const compiled = keywords.map(({ name, value }) => [name, compile(value)] as const);
  return (environment) => Object.fromEntries(compiled.map(([name, value]) => [name, value(environment)]));
}

function slice(target: LambdaValue, bounds: readonly (LambdaValue | undefined)[]): LambdaValue {
  const items = typeof target === 'string' ? Array.from(target) : target;
  if (!Array.isArray(items)) throw lambdaTypeError('only lists and strings can be sliced');
  const [start, stop, step] = bounds.map((bound) => {
    if (bound === undefined || bound === null) return undefined;
    if (typeof bound !== 'number' || !Number.isInteger(bound))
      throw lambdaTypeError('the bounds of a slice must be whole numbers');
    return bound;
  });
  if (step === 0) throw lambdaTypeError('the step of a slice may not be 0');
  const taken = sliceIndices(items.length, start, stop, step).map((at) => items[at] as Value);
  return typeof target === 'string' ? taken.join('') : taken;
}

function closure(parameters: readonly string[], body: PythonEvaluate, environment: Environment): PythonFunction {
  return new PythonFunction('lambda', (args) => {
    if (args.length !== parameters.length) {
      throw lambdaTypeError(`a lambda of ${parameters.length} arguments was called with ${args.length}`);
    }
    return body(parameters.reduce((inner, name, at) => bind(inner, name, args[at]!), environment));
  });
}
