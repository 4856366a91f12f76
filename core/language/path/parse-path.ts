import { raise } from '../../errors/catalogue.ts';
import { isForbiddenName } from './forbidden-name.ts';
import { parseNamedOperator } from './named-operator.ts';
import { PathCursor } from './path-cursor.ts';
import type { ComparisonOperator, Condition, Operand, PathNode, SortKey } from './path-node.ts';

/** jsonpath-ng's precedences, lowest first; brackets bind tightest, arithmetic loosest and to the right. */
const BINDING: Readonly<Record<string, number>> = {
  '+': 1,
  '-': 1,
  '*': 1,
  '..': 10,
  '.': 20,
  '|': 30,
  where: 50,
  wherenot: 60,
};

/** Parses a JSONPath. With `relative`, the text continues an implicit left side (`.a[0]`). Throws LANGUAGE_PATH_SYNTAX. */
export function parsePath(path: string, relative = false): PathNode {
  const cursor = new PathCursor(path);
  const node = relative ? continuePath(cursor, { kind: 'this' }, 0) : parseNode(cursor, 0);
  if (cursor.token.kind !== 'end') throw cursor.unexpected();
  return node;
}

/** One path inside a filter or in brackets; stops where the path ends. */
function parseNode(cursor: PathCursor, minimum: number): PathNode {
  return cursor.nested(() => continuePath(cursor, parseStart(cursor), minimum));
}

function continuePath(cursor: PathCursor, start: PathNode, minimum: number): PathNode {
  let left = start;
  for (;;) {
    if (cursor.isPunctuation('[')) {
      left = { kind: 'child', left, right: parseBrackets(cursor) };
      continue;
    }
    const operator = infixOperator(cursor);
    const binding = operator === undefined ? 0 : BINDING[operator]!;
    if (operator === undefined || binding <= minimum) return left;
    cursor.next();
    left = join(operator, left, parseNode(cursor, binding === 1 ? 0 : binding));
  }
}

function infixOperator(cursor: PathCursor): string | undefined {
  const { token } = cursor;
  if (token.kind === 'punctuation') return Object.hasOwn(BINDING, token.value) ? token.value : undefined;
  return token.kind === 'name' && !token.quoted && (token.value === 'where' || token.value === 'wherenot')
    ? token.value
    : undefined;
}

function join(operator: string, left: PathNode, right: PathNode): PathNode {
  switch (operator) {
    case '.':
      return left.kind === 'this' ? right : { kind: 'child', left, right };
    case '..':
      return { kind: 'descendants', left, right };
    case '|':
      return { kind: 'union', left, right };
    case 'where':
    case 'wherenot':
      return { kind: 'where', left, right, negated: operator === 'wherenot' };
    default:
      return { kind: 'arithmetic', operator: operator as '+' | '-' | '*', left: operand(left), right: operand(right) };
  }
}

/** A bare field name beside an arithmetic operator is a string, a bare number a number. */
function operand(node: PathNode): Operand {
  if (node.kind !== 'fields' || node.names.length !== 1) return node;
  const name = node.names[0]!;
  return { kind: 'literal', value: /^-?\d+(\.\d+)?$/.test(name) ? Number(name) : name };
}

function parseStart(cursor: PathCursor): PathNode {
  const { token } = cursor;
  if (token.kind === 'name') return parseNames(cursor);
  if (token.kind === 'number') {
    cursor.next();
    return { kind: 'fields', names: [String(token.value)] };
  }
  if (token.kind === 'named') {
    cursor.next();
    return namedOperator(cursor, token.value, token.offset);
  }
  if (cursor.isPunctuation('[')) return parseBrackets(cursor);
  if (cursor.take('$')) return { kind: 'root' };
  if (cursor.take('@')) return { kind: 'this' };
  if (cursor.take('*')) return { kind: 'fields', names: ['*'] };
  if (!cursor.take('(')) throw cursor.unexpected('a name, an index or `*`');
  const inner = parseNode(cursor, 0);
  cursor.expect(')');
  return inner;
}

function namedOperator(cursor: PathCursor, text: string, offset: number): PathNode {
  if (text === 'this' || text === 'parent') return { kind: text };
  const operator = parseNamedOperator(text);
  if (operator === undefined) throw cursor.problem(`there is no operator \`${text}\``, offset);
  return { kind: 'named', operator };
}

function parseNames(cursor: PathCursor): PathNode {
  const names: string[] = [];
  do {
    const { token } = cursor;
    if (token.kind !== 'name') throw cursor.unexpected('a field name');
    if (isForbiddenName(token.value)) {
      throw raise.LANGUAGE_FORBIDDEN_NAME({ name: token.value }, { details: { offset: token.offset } });
    }
    names.push(token.value);
    cursor.next();
  } while (cursor.take(','));
  return { kind: 'fields', names };
}

function parseBrackets(cursor: PathCursor): PathNode {
  cursor.expect('[');
  const node = bracketContent(cursor);
  cursor.expect(']');
  return node;
}

function bracketContent(cursor: PathCursor): PathNode {
  const { token } = cursor;
  if (token.kind === 'name') return parseNames(cursor);
  if (token.kind === 'sort') return { kind: 'sort', keys: parseSortKeys(cursor) };
  if (cursor.take('*')) return { kind: 'slice' };
  if (cursor.take('?')) return parseFilter(cursor);
  return parseIndices(cursor);
}

function parseSortKeys(cursor: PathCursor): SortKey[] {
  const keys: SortKey[] = [];
  while (cursor.token.kind === 'sort') {
    const descending = cursor.token.value === '\\';
    cursor.next();
    keys.push({ path: parseNode(cursor, 0), descending });
  }
  return keys;
}

function parseIndices(cursor: PathCursor): PathNode {
  const bounds: (number | undefined)[] = [integer(cursor)];
  while (bounds.length < 3 && cursor.take(':')) bounds.push(integer(cursor));
  if (bounds.length > 1) {
    if (bounds[2] === 0) throw cursor.problem('the step of a slice may not be 0', cursor.token.offset);
    return { kind: 'slice', ...defined({ start: bounds[0], stop: bounds[1], step: bounds[2] }) };
  }
  if (bounds[0] === undefined) throw cursor.unexpected('an index, a quoted name, `*`, a slice or a filter');
  const indices = [bounds[0]];
  while (cursor.take(',')) {
    const index = integer(cursor);
    if (index === undefined) throw cursor.unexpected('an index');
    indices.push(index);
  }
  return { kind: 'index', indices };
}

function integer(cursor: PathCursor): number | undefined {
  const { token } = cursor;
  if (token.kind !== 'number') return undefined;
  if (!token.isInteger) throw cursor.unexpected('a whole number');
  cursor.next();
  return token.value;
}

function defined<T extends object>(bounds: T): T {
  return Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined)) as T;
}

/** What follows `[?`: conditions joined by `&`, with or without parentheses around them. */
function parseFilter(cursor: PathCursor): PathNode {
  const parenthesised = cursor.isPunctuation('(');
  return { kind: 'filter', conditions: parseConditions(cursor), parenthesised };
}

function parseConditions(cursor: PathCursor): Condition[] {
  const conditions = parseCondition(cursor);
  while (cursor.take('&')) conditions.push(...parseCondition(cursor));
  return conditions;
}

function parseCondition(cursor: PathCursor): Condition[] {
  if (!cursor.take('(')) return [compared(cursor, parseNode(cursor, 0))];
  const inner = cursor.nested(() => parseConditions(cursor));
  cursor.expect(')');
  // `(@.a).b == 1`: the parentheses held a path, not conditions.
  const only = inner.length === 1 && inner[0]!.comparison === undefined ? inner[0]!.path : undefined;
  return only === undefined ? inner : [compared(cursor, continuePath(cursor, only, 0))];
}

function compared(cursor: PathCursor, path: PathNode): Condition {
  const { token } = cursor;
  if (token.kind !== 'comparison') return { path };
  cursor.next();
  const right = cursor.token;
  if (right.kind !== 'name' && right.kind !== 'number')
    throw cursor.unexpected('a string, a number, `true` or `false`');
  cursor.next();
  const operator = (token.value === '=' ? '==' : token.value) as ComparisonOperator;
  if (right.kind === 'number')
    return { path, comparison: { operator, value: right.value, isInteger: right.isInteger } };
  const isBoolean = !right.quoted && (right.value === 'true' || right.value === 'false');
  return { path, comparison: { operator, value: isBoolean ? right.value === 'true' : right.value, isInteger: false } };
}
