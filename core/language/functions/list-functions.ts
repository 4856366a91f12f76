import { raise } from '../../errors/catalogue.ts';
import { isRecord, newRecord } from '../values/is-record.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { codePoints } from './code-points.ts';
import { aliases, defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { mapKey } from './map-key.ts';

/** Items of the longest list that a function makes. */
const MAX_ITEMS = 1_000_000;
const MAX_DEPTH = 200;

function lengthOf(given: Arguments): number {
  const value = given.value(0);
  if (typeof value === 'string') return codePoints(value).length;
  if (Array.isArray(value)) return value.length;
  return isRecord(value) ? Object.keys(value).length : given.reject(0, 'a str, a list or a dict');
}

function flattened(items: readonly Value[], into: Value[], depth: number): Value[] {
  if (depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
  for (const item of items) {
    if (Array.isArray(item)) flattened(item, into, depth + 1);
    else into.push(item);
  }
  return into;
}

function range(given: Arguments): Value {
  const [start, end, step] = [given.int(0), given.int(1), given.int(2, 1)];
  if (step === 0) return given.fail('the step is 0');
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count > MAX_ITEMS) throw raise.LANGUAGE_BUDGET_OUTPUT({ limit: MAX_ITEMS });
  return Array.from({ length: count }, (_, at) => start + at * step);
}

function zipped(given: Arguments): Value {
  const lists = given.values.map((_, at) => given.items(at));
  const count = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
  return Array.from({ length: count }, (_, at) => lists.map((list) => list[at]!));
}

function zipMap(given: Arguments): Value {
  const [keys, values] = [given.items(0), given.items(1)];
  const record = newRecord<Value>();
  for (const [at, key] of keys.slice(0, values.length).entries()) record[mapKey(key)] = values[at]!;
  return record;
}

function product(given: Arguments): Value {
  const lists = given.values.map((_, at) => given.items(at));
  const count = lists.reduce((total, list) => total * list.length, 1);
  if (count * lists.length > MAX_ITEMS) throw raise.LANGUAGE_BUDGET_OUTPUT({ limit: MAX_ITEMS });
  let rows: Value[][] = [[]];
  for (const list of lists) rows = rows.flatMap((row) => list.map((item) => [...row, item]));
  return rows;
}

export const listFunctions: readonly ExpressionFunction[] = [
  defineFunction('compact', 'items', 'Without nulls.', (given) => given.items(0).filter((item) => item !== null)),
  defineFunction('drop_nulls', 'items', 'Without nulls and empty strings.', (given) =>
    given.items(0).filter((item) => item !== null && item !== ''),
  ),
  defineFunction('flatten', 'items', 'Lists inside lists opened up, at any depth.', (given) =>
    flattened(given.items(0), [], 0),
  ),
  defineFunction('length', 'x', 'Items of a list, characters of a string, keys of a map.', lengthOf),
  defineFunction('is_empty', 'x', 'Whether its length is 0.', (given) => lengthOf(given) === 0),
  ...aliases(
    defineFunction('not_empty', 'x', 'Whether its length is not 0.', (given) => lengthOf(given) > 0),
    'is_not_empty',
  ),
  defineFunction('range', 'start end step?', 'Integers from `start` to before `end`.', range),
  defineFunction(
    'zip',
    '*lists',
    'Lists of the first items, the second items, and so on; the shortest ends it.',
    zipped,
  ),
  defineFunction(
    'zip_map',
    'keys values',
    'A map from a list of keys and a list of values; the shorter one ends it.',
    zipMap,
  ),
  defineFunction('iter_product', '*lists', 'Every combination of one item from each list.', product),
];
