import { raise } from '../../errors/catalogue.ts';
import { isForbiddenName } from '../path/forbidden-name.ts';
import { describeValue } from '../values/describe-value.ts';
import { newRecord } from '../values/is-record.ts';
import { pythonStr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import { lambdaTypeError } from './lambda-error.ts';
import type { LambdaValue } from './lambda-value.ts';

/** Later pairs win. Keys are strings in the data that lambdas give back: numbers and constants are written out. */
export function makeDict(pairs: Iterable<readonly [LambdaValue, LambdaValue]>): Value {
  const record = newRecord<Value>();
  for (const [key, value] of pairs) {
    if (key !== null && typeof key === 'object') throw lambdaTypeError(`${describeValue(key)} cannot be a key`);
    const name = typeof key === 'string' ? key : pythonStr(key);
    if (isForbiddenName(name)) throw raise.LANGUAGE_FORBIDDEN_NAME({ name });
    record[name] = value as Value;
  }
  return record;
}
