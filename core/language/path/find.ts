import { add, multiply, subtract } from '../values/arithmetic.ts';
import { isEqual } from '../values/equality.ts';
import { isRecord } from '../values/is-record.ts';
import { compareValues } from '../values/ordering.ts';
import { ownMember } from '../values/own-member.ts';
import type { Value } from '../values/value.ts';
import type { Datum } from './datum.ts';
import { satisfies } from './find-condition.ts';
import { applyNamedOperator } from './find-named.ts';
import { itemOf } from './item-of.ts';
import type { PathBudget } from './path-budget.ts';
import type { Operand, PathNode, SortKey } from './path-node.ts';
import { sliceIndices } from './slice-indices.ts';
import { tried } from './tried.ts';

/** Everything below `datum` that the path matches, in document order. What does not fit (an index of a number …) matches nothing. */
export function find(node: PathNode, datum: Datum, budget: PathBudget): Datum[] {
  budget.step();
  switch (node.kind) {
    case 'this':
      return [datum];
    case 'root':
      return [rootOf(datum)];
    case 'parent':
      return datum.parent === undefined ? [] : [datum.parent];
    case 'fields':
      return findFields(node.names, datum);
    case 'index':
      return node.indices.flatMap((index) => child(datum, itemOf(datum.value, index), index));
    case 'slice':
      return findSlice(node, datum, budget);
    case 'filter':
      return itemsOf(datum).filter(({ value }) =>
        node.conditions.every((each) => satisfies(each, { value }, budget, find)),
      );
    case 'sort':
      return sortItems(datum, node.keys, budget);
    case 'named':
      return applyNamedOperator(node.operator, datum);
    case 'child':
      return find(node.left, datum, budget).flatMap((found) => find(node.right, found, budget));
    case 'descendants':
      return find(node.left, datum, budget).flatMap((found) => findDeep(node.right, found, budget));
    case 'union':
      return [...find(node.left, datum, budget), ...find(node.right, datum, budget)];
    case 'where':
      return find(node.left, datum, budget).filter(
        (found) => find(node.right, found, budget).length > 0 !== node.negated,
      );
    case 'arithmetic':
      return calculate(node.operator, node.left, node.right, datum, budget);
  }
}

function rootOf(datum: Datum): Datum {
  let root = datum;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

function child(parent: Datum, value: unknown, step: string | number): Datum[] {
  return value === undefined ? [] : [{ value, parent, step }];
}

function findFields(names: readonly string[], datum: Datum): Datum[] {
  const { value } = datum;
  if (!isRecord(value)) return [];
  const all = names.includes('*') ? Object.keys(value) : names;
  return all.flatMap((name) => child(datum, ownMember(value, name), name));
}

/** Scalars and maps count as a list of one, as in jsonpath-ng. */
function findSlice(node: Extract<PathNode, { kind: 'slice' }>, datum: Datum, budget: PathBudget): Datum[] {
  if (datum.value === null) return [];
  const list = Array.isArray(datum.value) ? datum : { ...datum, value: [datum.value] };
  const items = list.value as unknown[];
  const indices = sliceIndices(items.length, node.start, node.stop, node.step);
  budget.step(indices.length);
  return indices.flatMap((index) => child(list, items[index], index));
}

/** The items of a list or the values of a map. */
function itemsOf(datum: Datum): Datum[] {
  if (Array.isArray(datum.value)) return datum.value.flatMap((value, index) => child(datum, value, index));
  const { value } = datum;
  return isRecord(value) ? Object.keys(value).flatMap((key) => child(datum, ownMember(value, key), key)) : [];
}

function findDeep(node: PathNode, datum: Datum, budget: PathBudget): Datum[] {
  const found = find(node, datum, budget);
  for (const item of itemsOf(datum)) {
    for (const deeper of budget.descend(() => findDeep(node, item, budget))) found.push(deeper);
  }
  return found;
}

/** Maps stay as they are; lists become one sorted list. Items that a key does not tell apart keep their order. */
function sortItems(datum: Datum, keys: readonly SortKey[], budget: PathBudget): Datum[] {
  if (!Array.isArray(datum.value)) return [datum];
  return [{ value: datum.value.toSorted((left, right) => compareBy(keys, left, right, budget)) }];
}

function compareBy(keys: readonly SortKey[], left: unknown, right: unknown, budget: PathBudget): number {
  for (const { path, descending } of keys) {
    const lefts = find(path, { value: left }, budget);
    const rights = find(path, { value: right }, budget);
    if (lefts.length !== 1 || rights.length !== 1) continue;
    const [a, b] = [lefts[0]!.value as Value, rights[0]!.value as Value];
    if (isEqual(a, b)) continue;
    return descending ? -compareValues(a, b) : compareValues(a, b);
  }
  return 0;
}

function calculate(
  operator: '+' | '-' | '*',
  left: Operand,
  right: Operand,
  datum: Datum,
  budget: PathBudget,
): Datum[] {
  const compute = operator === '+' ? add : operator === '-' ? subtract : multiply;
  const lefts = operandValues(left, datum, budget);
  const rights = operandValues(right, datum, budget);
  const both = left.kind !== 'literal' && right.kind !== 'literal';
  if (lefts.length === 0 || rights.length === 0 || (both && lefts.length !== rights.length)) return [];
  const count = Math.max(lefts.length, rights.length);
  const results = tried(() =>
    Array.from({ length: count }, (_, at) =>
      compute(left.kind === 'literal' ? lefts[0]! : lefts[at]!, right.kind === 'literal' ? rights[0]! : rights[at]!),
    ),
  );
  return (results ?? []).map((value) => ({ value }));
}

function operandValues(operand: Operand, datum: Datum, budget: PathBudget): Value[] {
  return operand.kind === 'literal' ? [operand.value] : find(operand, datum, budget).map(({ value }) => value as Value);
}
