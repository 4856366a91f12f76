import { castTo } from '../values/casts.ts';
import { describeValue } from '../values/describe-value.ts';
import { isFloat, isInteger } from '../values/integer.ts';
import { isRecord } from '../values/is-record.ts';
import { pythonStr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import { isTrue } from './compare-lambda-values.ts';
import { collect, iterate } from './iterate.ts';
import { lambdaTypeError } from './lambda-error.ts';
import type { LambdaRun } from './lambda-run.ts';
import { type LambdaValue, PythonFunction, type PythonKeywords, PythonSet } from './lambda-value.ts';
import { makeDict } from './make-dict.ts';
import { makeSet } from './make-set.ts';
import { writeOut } from './write-out.ts';

/** The types: they convert, and `isinstance` knows them. */
export const typeBuiltins: readonly PythonFunction[] = [
  new PythonFunction(
    'str',
    ([value = ''], _, run) => pythonStr(writeOut(value, run)),
    (value) => typeof value === 'string',
  ),
  new PythonFunction('int', toInt, isInteger),
  new PythonFunction('float', ([value = 0]) => castTo('float', value as Value), isFloat),
  new PythonFunction(
    'bool',
    ([value = false]) => isTrue(value),
    (value) => typeof value === 'boolean',
  ),
  new PythonFunction('list', (args, _, run) => listOf(args, run), Array.isArray),
  new PythonFunction('tuple', (args, _, run) => listOf(args, run), Array.isArray),
  new PythonFunction('set', (args, _, run) => makeSet(listOf(args, run), run), isSet),
  new PythonFunction('frozenset', (args, _, run) => makeSet(listOf(args, run), run), isSet),
  new PythonFunction('dict', toDict, isRecord),
  new PythonFunction('isinstance', ([value = null, types = null]) => isInstance(value, types)),
  new PythonFunction('callable', ([value]) => value instanceof PythonFunction),
];

function isSet(value: LambdaValue): boolean {
  return value instanceof PythonSet;
}

function listOf(args: readonly LambdaValue[], run: LambdaRun): Value[] {
  return args.length === 0 ? [] : (collect(args[0]!, run) as Value[]);
}

function toInt([value = 0, base]: readonly LambdaValue[], keywords: PythonKeywords): LambdaValue {
  const radix = base ?? keywords['base'];
  if (radix === undefined) return castTo('int', value as Value);
  const digits =
    typeof value === 'string'
      ? value
          .trim()
          .toLowerCase()
          .replace(/^0[xob]/, '')
          .replaceAll('_', '')
      : '';
  const parsed = typeof radix === 'number' && radix >= 2 && radix <= 36 ? Number.parseInt(digits, radix) : Number.NaN;
  if (!Number.isSafeInteger(parsed) || parsed.toString(radix as number) !== digits.replace(/^0+(?=.)/, '')) {
    throw lambdaTypeError(`${describeValue(value)} is no whole number in base ${pythonStr(radix)}`);
  }
  return parsed;
}

/** `dict(pairs)`, `dict(mapping)`, `dict(a=1)`. */
function toDict([source]: readonly LambdaValue[], keywords: PythonKeywords, run: LambdaRun): LambdaValue {
  const pairs =
    source === undefined ? [] : isRecord(source) ? Object.entries(source) : Array.from(iterate(source, run), pairOf);
  return makeDict([...(pairs as [LambdaValue, LambdaValue][]), ...Object.entries(keywords)]);
}

function pairOf(item: LambdaValue): [LambdaValue, LambdaValue] {
  if (!Array.isArray(item) || item.length !== 2) throw lambdaTypeError('a dict is made of pairs of key and value');
  return [item[0], item[1]];
}

function isInstance(value: LambdaValue, types: LambdaValue): boolean {
  const candidates = Array.isArray(types) ? (types as LambdaValue[]) : [types];
  return candidates.some((type) => {
    if (type === null) return value === null;
    if (!(type instanceof PythonFunction) || type.hasInstance === undefined)
      throw lambdaTypeError('`isinstance` needs a type such as `str` or `dict`');
    return type.hasInstance(value);
  });
}
