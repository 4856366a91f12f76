import { add } from '../values/arithmetic.ts';
import type { Value } from '../values/value.ts';
import { isTrue, order } from './compare-lambda-values.ts';
import { collect, iterate } from './iterate.ts';
import { lambdaTypeError } from './lambda-error.ts';
import { guardItems, type LambdaRun } from './lambda-run.ts';
import { type LambdaValue, PythonFunction, PythonIterator, type PythonKeywords } from './lambda-value.ts';

/** What goes over many items. */
export const sequenceBuiltins: readonly PythonFunction[] = [
  new PythonFunction('any', ([items = null], _, run) => iterate(items, run).some(isTrue)),
  new PythonFunction('all', ([items = null], _, run) => iterate(items, run).every(isTrue)),
  new PythonFunction('sum', ([items = null, start], keywords, run) =>
    sum(collect(items, run), start ?? keywords['start'] ?? 0),
  ),
  new PythonFunction('min', (args, keywords, run) => extreme(args, keywords, run, -1)),
  new PythonFunction('max', (args, keywords, run) => extreme(args, keywords, run, 1)),
  new PythonFunction('sorted', ([items = null], keywords, run) => sorted(items, keywords, run)),
  new PythonFunction('reversed', ([items = null], _, run) => collect(items, run).reverse() as Value[]),
  new PythonFunction('range', (args) => range(args)),
  new PythonFunction('enumerate', ([items = null, start], keywords, run) => {
    const first = start ?? keywords['start'] ?? 0;
    return collect(items, run).map((item, at) => [add(first as Value, at), item as Value]);
  }),
  new PythonFunction('zip', (args, _, run) => zip(args.map((items) => collect(items, run)))),
  new PythonFunction('map', ([change = null, ...lists], _, run) =>
    zip(lists.map((items) => collect(items, run))).map((args) => called(change, args, run) as Value),
  ),
  new PythonFunction(
    'filter',
    ([test = null, items = null], _, run) =>
      collect(items, run).filter((item) => isTrue(test === null ? item : called(test, [item], run))) as Value[],
  ),
  new PythonFunction('next', ([items = null, fallback]) => {
    if (!(items instanceof PythonIterator)) throw lambdaTypeError('`next` needs a generator');
    const { done, value } = items.items.next();
    if (done !== true) return value;
    if (fallback === undefined) throw lambdaTypeError('there is no next item; `next(items, None)` gives a fallback');
    return fallback;
  }),
  new PythonFunction('iter', ([items = null], _, run) => new PythonIterator(iterate(items, run))),
];

function called(target: LambdaValue, args: readonly LambdaValue[], run: LambdaRun): LambdaValue {
  if (!(target instanceof PythonFunction))
    throw lambdaTypeError('a function was expected, such as `lambda item: …` or `str`');
  run.step();
  return target.call(args, {}, run);
}

function sum(items: readonly LambdaValue[], start: LambdaValue): Value {
  if (typeof start === 'string') throw lambdaTypeError("strings are joined with `''.join(…)`, not summed");
  return items.reduce<Value>((total, item) => add(total, item as Value), start as Value);
}

/** `min` and `max`: of one collection or of several arguments; `key` says what to compare, `default` what an empty one gives. */
function extreme(args: readonly LambdaValue[], keywords: PythonKeywords, run: LambdaRun, sign: 1 | -1): LambdaValue {
  const items = args.length === 1 ? collect(args[0]!, run) : args;
  const key = keywords['key'];
  const keyed = items.map((item) => ({
    item,
    rank: key === undefined || key === null ? item : called(key, [item], run),
  }));
  const [first, ...others] = keyed;
  if (first === undefined) {
    if (keywords['default'] !== undefined) return keywords['default'];
    throw lambdaTypeError('an empty collection has no smallest and no largest item; `default=…` gives a fallback');
  }
  return others.reduce((best, next) => (order(next.rank, best.rank) * sign > 0 ? next : best), first).item;
}

function sorted(items: LambdaValue, keywords: PythonKeywords, run: LambdaRun): LambdaValue {
  const key = keywords['key'];
  const keyed = collect(items, run).map((item) => ({
    item,
    rank: key === undefined || key === null ? item : called(key, [item], run),
  }));
  const sign = isTrue(keywords['reverse'] ?? false) ? -1 : 1;
  keyed.sort((left, right) => {
    run.step();
    return sign * order(left.rank, right.rank);
  });
  return keyed.map(({ item }) => item as Value);
}

function range(args: readonly LambdaValue[]): Value {
  const numbers = args.map((arg) => {
    if (typeof arg !== 'number' || !Number.isInteger(arg)) throw lambdaTypeError('`range` needs whole numbers');
    return arg;
  });
  const [start, stop, step] =
    numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 1];
  if (step === 0) throw lambdaTypeError('the step of `range` may not be 0');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  guardItems(count);
  return Array.from({ length: count }, (_, at) => start + at * step);
}

function zip(lists: readonly LambdaValue[][]): Value[][] {
  if (lists.length === 0) return [];
  const count = Math.min(...lists.map((list) => list.length));
  return Array.from({ length: count }, (_, at) => lists.map((list) => list[at] as Value));
}
