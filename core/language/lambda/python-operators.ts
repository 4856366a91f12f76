import { guardRepetition, guardSize } from '../expression/output-budget.ts';
import { add, divide, floorDivide, modulo, multiply, power, subtract } from '../values/arithmetic.ts';
import { describeValue } from '../values/describe-value.ts';
import { isRecord, newRecord } from '../values/is-record.ts';
import type { Value } from '../values/value.ts';
import { has } from './compare-lambda-values.ts';
import { lambdaTypeError } from './lambda-error.ts';
import { guardItems } from './lambda-run.ts';
import { type LambdaValue, PythonFunction, PythonIterator, PythonSet } from './lambda-value.ts';
import type { PythonOperator } from './python-node.ts';

/** Operators of two operands. On sets `| & - ^` combine, on dicts `|` merges. */
export function operate(operator: PythonOperator, left: LambdaValue, right: LambdaValue): LambdaValue {
  if (left instanceof PythonSet && right instanceof PythonSet) return combine(operator, left.items, right.items);
  if (operator === '|' && isRecord(left) && isRecord(right)) return Object.assign(newRecord<Value>(), left, right);
  const operation = ARITHMETIC[operator];
  if (operation === undefined || isTransient(left) || isTransient(right)) {
    throw lambdaTypeError(`\`${operator}\` does not work on ${describe(left)} and ${describe(right)}`);
  }
  const result = guardSize(operation(left, right));
  if (Array.isArray(result)) guardItems(result.length);
  return result;
}

const ARITHMETIC: Readonly<Partial<Record<PythonOperator, (left: Value, right: Value) => Value>>> = {
  '+': add,
  '-': subtract,
  '*': (left, right) => {
    guardRepetition(left, right);
    return multiply(left, right);
  },
  '/': divide,
  '//': floorDivide,
  '%': modulo,
  '**': power,
};

function isTransient(value: LambdaValue): value is PythonSet | PythonIterator | PythonFunction {
  return value instanceof PythonSet || value instanceof PythonIterator || value instanceof PythonFunction;
}

function describe(value: LambdaValue): string {
  if (value instanceof PythonSet) return 'a set';
  return isTransient(value) ? 'a function or generator' : describeValue(value);
}

function combine(operator: PythonOperator, left: readonly LambdaValue[], right: readonly LambdaValue[]): PythonSet {
  const onlyLeft = () => left.filter((item) => !has(right, item));
  const onlyRight = () => right.filter((item) => !has(left, item));
  switch (operator) {
    case '|':
      return new PythonSet([...left, ...onlyRight()]);
    case '&':
      return new PythonSet(left.filter((item) => has(right, item)));
    case '-':
      return new PythonSet(onlyLeft());
    case '^':
      return new PythonSet([...onlyLeft(), ...onlyRight()]);
    default:
      throw lambdaTypeError(`\`${operator}\` does not work on two sets`);
  }
}
