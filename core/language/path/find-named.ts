import { isRecord } from '../values/is-record.ts';
import { compareValues } from '../values/ordering.ts';
import { pythonStr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import type { Datum } from './datum.ts';
import { itemOf } from './item-of.ts';
import type { NamedOperator } from './path-node.ts';
import { substitute } from './pattern.ts';
import { splitText } from './split-text.ts';

/** The operators between backquotes. Computed values have no parent. */
export function applyNamedOperator(operator: NamedOperator, datum: Datum): Datum[] {
  const { value } = datum;
  switch (operator.name) {
    case 'len': {
      const length = lengthOf(value);
      return length === undefined ? [] : [{ value: length }];
    }
    case 'keys':
      return isRecord(value) ? Object.keys(value).map((key) => ({ value: key })) : [];
    case 'path':
      return [{ value: stepText(datum), parent: datum }];
    case 'sorted':
      return sorted(datum);
    case 'str':
      return [{ value: pythonStr(value as Value) }];
    case 'sub':
      return substituted(operator, value);
    case 'split':
      return split(operator, value);
  }
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value)) return value.length;
  return isRecord(value) ? Object.keys(value).length : undefined;
}

function stepText({ step }: Datum): string {
  if (step === undefined) return '`this`';
  return typeof step === 'number' ? `[${step}]` : step;
}

function sorted(datum: Datum): Datum[] {
  const items = Array.isArray(datum.value) ? datum.value : isRecord(datum.value) ? Object.keys(datum.value) : undefined;
  if (items === undefined) return [datum];
  return [{ value: items.toSorted((left: Value, right: Value) => compareValues(left, right)) }];
}

/** A text that the pattern leaves unchanged is no match, as in jsonpath-ng. */
function substituted(operator: Extract<NamedOperator, { name: 'sub' }>, value: unknown): Datum[] {
  if (typeof value !== 'string') return [];
  const result = substitute(operator.pattern, operator.replacement, value);
  return result === value ? [] : [{ value: result }];
}

function split(operator: Extract<NamedOperator, { name: 'split' }>, value: unknown): Datum[] {
  if (typeof value !== 'string') return [];
  const parts = splitText(value, operator.separator, operator.maxSplits);
  if (operator.segment === '*') return [{ value: parts }];
  const part = itemOf(parts, operator.segment);
  return part === undefined ? [] : [{ value: part }];
}
