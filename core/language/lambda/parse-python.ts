import { parsePythonArguments } from './parse-python-arguments.ts';
import { parsePythonAtom } from './parse-python-atom.ts';
import { PythonCursor } from './python-cursor.ts';
import type { ComparisonLink, PythonNode, PythonOperator } from './python-node.ts';

export interface ParsedLambda {
  readonly parameters: readonly string[];
  readonly body: PythonNode;
}

/** Parses `lambda x: …`, or a bare body whose argument is `x`. Throws LANGUAGE_LAMBDA_SYNTAX. */
export function parsePythonLambda(source: string): ParsedLambda {
  const cursor = new PythonCursor(source);
  const parsed = cursor.is('lambda') ? parseLambda(cursor) : { parameters: ['x'], body: parsePython(cursor) };
  if (cursor.token.kind !== 'end') throw cursor.unexpected('an operator or the end of the lambda');
  return parsed;
}

function parseLambda(cursor: PythonCursor): ParsedLambda {
  cursor.next();
  const parameters: string[] = [];
  if (!cursor.is(':')) {
    do parameters.push(cursor.identifier());
    while (cursor.take(','));
  }
  cursor.expect(':');
  return { parameters, body: parsePython(cursor) };
}

/** One expression: a lambda, or `a if c else b`, or anything that binds tighter. */
function parsePython(cursor: PythonCursor): PythonNode {
  return cursor.nested(() => {
    if (cursor.is('lambda')) return { kind: 'lambda', ...parseLambda(cursor) };
    const whenTrue = parseOr(cursor);
    if (!cursor.take('if')) return whenTrue;
    const test = parseOr(cursor);
    cursor.expect('else');
    return { kind: 'conditional', test, whenTrue, whenFalse: parsePython(cursor) };
  });
}

function parseOr(cursor: PythonCursor): PythonNode {
  let left = parseAnd(cursor);
  while (cursor.take('or')) left = { kind: 'boolean', operator: 'or', left, right: parseAnd(cursor) };
  return left;
}

function parseAnd(cursor: PythonCursor): PythonNode {
  let left = parseNot(cursor);
  while (cursor.take('and')) left = { kind: 'boolean', operator: 'and', left, right: parseNot(cursor) };
  return left;
}

function parseNot(cursor: PythonCursor): PythonNode {
  if (!cursor.take('not')) return parseComparison(cursor);
  return { kind: 'unary', operator: 'not', operand: cursor.nested(() => parseNot(cursor)) };
}

function parseComparison(cursor: PythonCursor): PythonNode {
  const first = parseBinary(cursor, 0);
  const links: ComparisonLink[] = [];
  for (let operator = takeComparison(cursor); operator !== undefined; operator = takeComparison(cursor)) {
    links.push({ operator, right: parseBinary(cursor, 0) });
  }
  return links.length === 0 ? first : { kind: 'comparison', first, links };
}

function takeComparison(cursor: PythonCursor): ComparisonLink['operator'] | undefined {
  for (const operator of ['==', '!=', '<=', '>=', '<', '>', 'in'] as const) {
    if (cursor.take(operator)) return operator;
  }
  if (cursor.is('not') && cursor.peek().text === 'in') {
    cursor.next();
    cursor.next();
    return 'not in';
  }
  if (!cursor.take('is')) return undefined;
  return cursor.take('not') ? 'is not' : 'is';
}

/** Loosest first. */
const LEVELS: readonly (readonly PythonOperator[])[] = [['|'], ['^'], ['&'], ['+', '-'], ['*', '/', '//', '%']];

function parseBinary(cursor: PythonCursor, level: number): PythonNode {
  const operators = LEVELS[level];
  if (operators === undefined) return parseUnary(cursor);
  let left = parseBinary(cursor, level + 1);
  for (let operator = operators.find((each) => cursor.take(each)); operator !== undefined; ) {
    left = { kind: 'binary', operator, left, right: parseBinary(cursor, level + 1) };
    operator = operators.find((each) => cursor.take(each));
  }
  return left;
}

function parseUnary(cursor: PythonCursor): PythonNode {
  for (const operator of ['-', '+'] as const) {
    if (cursor.take(operator)) return { kind: 'unary', operator, operand: cursor.nested(() => parseUnary(cursor)) };
  }
  const base = parsePostfix(cursor);
  if (!cursor.take('**')) return base;
  return { kind: 'binary', operator: '**', left: base, right: cursor.nested(() => parseUnary(cursor)) };
}

function parsePostfix(cursor: PythonCursor): PythonNode {
  let node = parsePythonAtom(cursor, parsePython, parseOr);
  for (;;) {
    if (cursor.take('[')) node = parseSubscript(cursor, node);
    else if (cursor.take('('))
      node = { kind: 'call', target: node, ...parsePythonArguments(cursor, parsePython, parseOr) };
    else if (cursor.take('.')) node = parseMethod(cursor, node);
    else return node;
  }
}

function parseSubscript(cursor: PythonCursor, target: PythonNode): PythonNode {
  const bounds: (PythonNode | undefined)[] = [bound(cursor)];
  while (bounds.length < 3 && cursor.take(':')) bounds.push(bound(cursor));
  cursor.expect(']');
  if (bounds.length > 1) return { kind: 'slice', target, bounds };
  if (bounds[0] === undefined) throw cursor.unexpected('an index');
  return { kind: 'index', target, index: bounds[0] };
}

function bound(cursor: PythonCursor): PythonNode | undefined {
  return cursor.is(':') || cursor.is(']') ? undefined : parsePython(cursor);
}

function parseMethod(cursor: PythonCursor, target: PythonNode): PythonNode {
  const { offset } = cursor;
  const name = cursor.identifier();
  if (!cursor.take('(')) throw cursor.problem(`\`.${name}\` is not called; fields are read with \`['${name}']\``);
  return { kind: 'method', target, name, offset, ...parsePythonArguments(cursor, parsePython, parseOr) };
}
