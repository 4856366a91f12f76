import { negate } from '../values/arithmetic.ts';
import { castTo } from '../values/casts.ts';
import { newRecord } from '../values/is-record.ts';
import { isTruthy } from '../values/truthiness.ts';
import type { Value } from '../values/value.ts';
import { compileBinary } from './compile-binary.ts';
import { compileCall } from './compile-call.ts';
import { compilePath } from './compile-path.ts';
import { compileQuery } from './compile-query.ts';
import type { Evaluate } from './evaluate.ts';
import type {
  ConditionalExpression,
  Expression,
  LogicalExpression,
  MapExpression,
  UnaryExpression,
} from './expression-node.ts';
import { indexValue } from './index-value.ts';

/** Turns a tree into a closure. Unknown functions and wrong argument counts throw here, before anything runs. */
export function compileNode(node: Expression, isOptional = false): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'path':
      return compilePath(node, isOptional);
    case 'query':
      return compileQuery(node, isOptional);
    case 'call':
      return compileCall(node, compileNode);
    case 'cast': {
      const operand = compileNode(node.operand);
      const { type } = node;
      return (scope) => castTo(type, operand(scope));
    }
    case 'unary':
      return compileUnary(node);
    case 'binary':
      return compileBinary(node, compileNode);
    case 'logical':
      return compileLogical(node, isOptional);
    case 'conditional':
      return compileConditional(node, isOptional);
    case 'index': {
      const target = compileNode(node.target);
      const index = compileNode(node.index);
      return (scope) => indexValue(target(scope), index(scope));
    }
    case 'list': {
      const items = node.items.map((item) => compileNode(item));
      return (scope) => items.map((item) => item(scope));
    }
    case 'map':
      return compileMap(node);
  }
}

function compileUnary({ operator, operand: inner }: UnaryExpression): Evaluate {
  const operand = compileNode(inner);
  if (operator === 'not') return (scope) => !isTruthy(operand(scope));
  if (operator === '-') return (scope) => negate(operand(scope));
  return (scope) => negate(negate(operand(scope)));
}

/** Both give an operand, not a boolean; what they do not need they do not evaluate. */
function compileLogical({ operator, left: first, right: second }: LogicalExpression, isOptional: boolean): Evaluate {
  const left = compileNode(first, operator === '||' || isOptional);
  const right = compileNode(second, isOptional);
  if (operator === '||') {
    return (scope) => {
      const value = left(scope);
      return isTruthy(value) ? value : right(scope);
    };
  }
  return (scope) => {
    const value = left(scope);
    return isTruthy(value) ? right(scope) : value;
  };
}

function compileConditional(node: ConditionalExpression, isOptional: boolean): Evaluate {
  const test = compileNode(node.test);
  const whenTrue = compileNode(node.whenTrue, isOptional);
  const whenFalse = compileNode(node.whenFalse, isOptional);
  return (scope) => (isTruthy(test(scope)) ? whenTrue(scope) : whenFalse(scope));
}

function compileMap({ entries }: MapExpression): Evaluate {
  const compiled = entries.map(({ key, value }) => [key, compileNode(value)] as const);
  return (scope) => {
    const record = newRecord<Value>();
    for (const [key, evaluate] of compiled) record[key] = evaluate(scope);
    return record;
  };
}
