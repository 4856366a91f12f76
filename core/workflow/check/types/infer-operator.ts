import { Float } from '@backplane/sdk';
import type { BinaryOperator } from '../../../language/expression/expression-node.ts';
import type { ValueKind } from '../../../language/functions/function-types.ts';
import { add, divide, modulo, multiply, negate, subtract } from '../../../language/values/arithmetic.ts';
import { contains } from '../../../language/values/membership.ts';
import { compareValues } from '../../../language/values/ordering.ts';
import { TimeDelta } from '../../../language/values/time-delta.ts';
import { pythonTypeName } from '../../../language/values/type-name.ts';
import type { Value } from '../../../language/values/value.ts';
import { oneOf, type Shape, type StaticType } from './static-type.ts';

/** What an operator does with two kinds does not depend on the values, but for zero and zones: so values of each kind tell. */
const SAMPLES: Readonly<Record<ValueKind, readonly Value[]>> = {
  null: [null],
  bool: [true],
  int: [3],
  float: [new Float(2)],
  str: ['ab'],
  list: [[1]],
  dict: [{ a: 1 }],
  datetime: [
    Temporal.PlainDateTime.from('2026-01-02T03:04:05'),
    Temporal.ZonedDateTime.from('2026-01-02T03:04:05+00:00[UTC]'),
  ],
  date: [Temporal.PlainDate.from('2026-01-02')],
  time: [Temporal.PlainTime.from('03:04:05')],
  duration: [new TimeDelta(60_000_000)],
};

const OPERATIONS: Partial<Readonly<Record<BinaryOperator, (left: Value, right: Value) => Value>>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': modulo,
  '<': (left, right) => compareValues(left, right) < 0,
  '<=': (left, right) => compareValues(left, right) <= 0,
  '>': (left, right) => compareValues(left, right) > 0,
  '>=': (left, right) => compareValues(left, right) >= 0,
  in: (left, right) => contains(right, left),
  'not in': (left, right) => !contains(right, left),
};

/** What an operator gives for two types; undefined when it fails for every form that they may have. */
export function inferOperator(operator: BinaryOperator, left: StaticType, right: StaticType): StaticType | undefined {
  const operation = OPERATIONS[operator];
  if (operation === undefined) return [{ kind: 'bool' }];
  if (left === 'unknown' || right === 'unknown') return 'unknown';
  const answers = left.flatMap((one) => right.flatMap((other) => answer(operation, one, other)));
  if (answers.length === 0) return undefined;
  return oneOf(...answers);
}

export function inferNegation(operand: StaticType): StaticType {
  if (operand === 'unknown') return 'unknown';
  return oneOf(...operand.flatMap((shape) => answer((value) => negate(value), shape, shape)));
}

function answer(operation: (left: Value, right: Value) => Value, left: Shape, right: Shape): StaticType[] {
  const results: StaticType[] = [];
  for (const one of SAMPLES[left.kind]) {
    for (const other of SAMPLES[right.kind]) {
      try {
        results.push(shapeOf(operation(one, other), left, right));
      } catch {
        // These two kinds do not go together.
      }
    }
  }
  return results;
}

function shapeOf(value: Value, left: Shape, right: Shape): StaticType {
  const name = pythonTypeName(value);
  if (name === 'list') {
    const items = [left, right].flatMap((shape) => (shape.kind === 'list' ? [shape.item] : []));
    return [{ kind: 'list', item: oneOf(...items) }];
  }
  if (name === 'dict') return 'unknown';
  if (name === 'NoneType') return [{ kind: 'null' }];
  return [{ kind: name === 'timedelta' ? 'duration' : name } as Shape];
}
