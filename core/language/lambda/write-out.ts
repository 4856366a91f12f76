import { isRecord, newRecord } from '../values/is-record.ts';
import type { Value } from '../values/value.ts';
import { collect } from './iterate.ts';
import { lambdaTypeError } from './lambda-error.ts';
import { guardItems, type LambdaRun } from './lambda-run.ts';
import { type LambdaValue, PythonFunction, PythonIterator, PythonSet } from './lambda-value.ts';

/** Plain data: sets and generators become lists, functions are refused. */
export function writeOut(value: LambdaValue, run: LambdaRun): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof PythonFunction) throw lambdaTypeError(`its result is the function \`${value.name}\`, not data`);
  if (value instanceof PythonSet || value instanceof PythonIterator) return writeOut(collect(value, run) as Value, run);
  run.step();
  if (Array.isArray(value)) {
    guardItems(value.length);
    return value.some(isNotScalar) ? value.map((item) => writeOut(item, run)) : value;
  }
  if (!isRecord(value)) return value;
  const record = newRecord<Value>();
  for (const key of Object.keys(value)) record[key] = writeOut(value[key] as LambdaValue, run);
  return record;
}

function isNotScalar(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
