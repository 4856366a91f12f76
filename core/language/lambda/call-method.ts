import { describeValue } from '../values/describe-value.ts';
import { isRecord } from '../values/is-record.ts';
import { isDateTime } from '../values/temporal-kind.ts';
import type { Value } from '../values/value.ts';
import { dateMethods } from './date-methods.ts';
import { dictMethods } from './dict-methods.ts';
import { lambdaTypeError } from './lambda-error.ts';
import type { LambdaRun } from './lambda-run.ts';
import { type LambdaValue, PythonFunction, PythonIterator, type PythonKeywords, PythonSet } from './lambda-value.ts';
import { listMethods } from './list-methods.ts';
import type { Method, MethodCall } from './method.ts';
import { setMethods } from './set-methods.ts';
import { textMethods } from './text-methods.ts';

/** Every method that a lambda may call, on whatever type. None of them changes its object. */
export const methodNames: ReadonlySet<string> = new Set(
  [textMethods, dictMethods, listMethods, setMethods, dateMethods].flatMap((methods) => [...methods.keys()]),
);

export function callMethod(
  self: LambdaValue,
  name: string,
  args: readonly LambdaValue[],
  keywords: PythonKeywords,
  run: LambdaRun,
): LambdaValue {
  const call: MethodCall = { name, args, keywords, run };
  if (typeof self === 'string') return invoke(textMethods, self, call);
  if (Array.isArray(self)) return invoke<readonly Value[]>(listMethods, self, call);
  if (self instanceof PythonSet) return invoke(setMethods, self, call);
  if (isRecord(self)) return invoke(dictMethods, self as { readonly [key: string]: Value }, call);
  if (isDateTime(self)) return invoke(dateMethods, self, call);
  throw lambdaTypeError(`${kindOf(self)} has no method \`.${name}()\``);
}

function invoke<T extends LambdaValue>(
  methods: ReadonlyMap<string, Method<T>>,
  self: T,
  call: MethodCall,
): LambdaValue {
  const method = methods.get(call.name);
  if (method === undefined) throw lambdaTypeError(`${kindOf(self)} has no method \`.${call.name}()\``);
  return method(self, call);
}

function kindOf(value: LambdaValue): string {
  if (value instanceof PythonSet) return 'a set';
  if (value instanceof PythonFunction || value instanceof PythonIterator) return 'a function or generator';
  return describeValue(value);
}
