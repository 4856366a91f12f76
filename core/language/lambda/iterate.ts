import { describeValue } from '../values/describe-value.ts';
import { isRecord } from '../values/is-record.ts';
import { lambdaTypeError } from './lambda-error.ts';
import { guardItems, type LambdaRun } from './lambda-run.ts';
import { type LambdaValue, PythonIterator, PythonSet } from './lambda-value.ts';

/** What `for … in` goes through: lists, the characters of a string, the keys of a dict, sets and generators. */
export function* iterate(value: LambdaValue, run: LambdaRun): Generator<LambdaValue> {
  let count = 0;
  for (const item of source(value)) {
    run.step();
    guardItems(++count);
    yield item;
  }
}

/** All of it, as a list of its own. */
export function collect(value: LambdaValue, run: LambdaRun): LambdaValue[] {
  return Array.from(iterate(value, run));
}

function source(value: LambdaValue): Iterable<LambdaValue> {
  if (Array.isArray(value) || typeof value === 'string') return value;
  if (value instanceof PythonSet) return value.items;
  if (value instanceof PythonIterator) return { [Symbol.iterator]: () => value.items };
  if (isRecord(value)) return Object.keys(value);
  throw lambdaTypeError(`${describeValue(value)} cannot be iterated over`);
}
