import { add, divide, modulo, multiply, subtract } from '../values/arithmetic.ts';
import { isEqual } from '../values/equality.ts';
import { contains } from '../values/membership.ts';
import { compareValues } from '../values/ordering.ts';
import type { Value } from '../values/value.ts';
import type { Compile, Evaluate } from './evaluate.ts';
import type { BinaryExpression, BinaryOperator } from './expression-node.ts';
import { isIdentical } from './identity.ts';
import { guardRepetition, guardSize } from './output-budget.ts';

/** Operators of two operands; both are always evaluated, left first. */
export function compileBinary(node: BinaryExpression, compile: Compile): Evaluate {
  // `x == None` and `x is None` ask whether something is there.
  const testsAbsence = /^(==|!=|is|is not)$/.test(node.operator);
  const left = compile(node.left, testsAbsence && isNull(node.right));
  const right = compile(node.right, testsAbsence && isNull(node.left));
  const apply = OPERATIONS[node.operator];
  return (scope) => apply(left(scope), right(scope));
}

function isNull(node: BinaryExpression['left']): boolean {
  return node.kind === 'literal' && node.value === null;
}

const OPERATIONS: Readonly<Record<BinaryOperator, (left: Value, right: Value) => Value>> = {
  '==': isEqual,
  '!=': (left, right) => !isEqual(left, right),
  '<': (left, right) => compareValues(left, right) < 0,
  '<=': (left, right) => compareValues(left, right) <= 0,
  '>': (left, right) => compareValues(left, right) > 0,
  '>=': (left, right) => compareValues(left, right) >= 0,
  in: (left, right) => contains(right, left),
  'not in': (left, right) => !contains(right, left),
  is: isIdentical,
  'is not': (left, right) => !isIdentical(left, right),
  '+': (left, right) => guardSize(add(left, right)),
  '-': subtract,
  '*': (left, right) => {
    guardRepetition(left, right);
    return multiply(left, right);
  },
  '/': divide,
  '%': (left, right) => guardSize(modulo(left, right)),
};
