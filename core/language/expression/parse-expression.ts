import { raise } from '../../errors/catalogue.ts';
import { isForbiddenName } from '../path/forbidden-name.ts';
import type { CastType, Expression, Root } from './expression-node.ts';
import { binaryOperator } from './operator-binding.ts';
import { parseAtom } from './parse-atom.ts';
import { TokenCursor } from './token-cursor.ts';

const MAX_EXPRESSION_LENGTH = 50_000;
const CAST_TYPES: ReadonlySet<string> = new Set(['int', 'float', 'str', 'bool']);

/** Binding of the two operators whose right side is not an operand; the rest is in `operator-binding.ts`. */
const CONDITIONAL = 1;
const NOT = 4;
const UNARY = 10;

export interface ParseOptions {
  /** Names that start a path; the nine contexts unless given. */
  readonly contexts?: ReadonlySet<string>;
}

/** Parses what stands between `${{` and `}}`. Offsets count from the start of `source`. Throws LANGUAGE_SYNTAX. */
export function parseExpression(source: string, options: ParseOptions = {}): Root {
  if (source.length > MAX_EXPRESSION_LENGTH) throw raise.LANGUAGE_BUDGET_SOURCE({ limit: MAX_EXPRESSION_LENGTH });
  const cursor = new TokenCursor(source, options);
  if (cursor.isAtEnd) throw cursor.problem('The expression is empty');
  const root = cursor.is('for') ? parseLoop(cursor) : parseRoot(cursor);
  if (!cursor.isAtEnd) throw cursor.unexpected('an operator or the end of the expression');
  return root;
}

function parseRoot(cursor: TokenCursor): Expression {
  const operand = parse(cursor, 0);
  if (!cursor.take('->')) return operand;
  const type = cursor.next();
  if (!CAST_TYPES.has(type.text)) throw cursor.problem('After `->` comes int, float, str or bool', type.start);
  if (cursor.is('->')) throw cursor.problem('Only one `->` may stand at the end');
  return { kind: 'cast', type: type.text as CastType, operand, isTrailing: true, start: operand.start, end: type.end };
}

function parseLoop(cursor: TokenCursor): Root {
  const { start } = cursor.next();
  const variable = cursor.next();
  const target = variable.kind === 'path' && variable.context === 'var' ? variable.text : '';
  if (!/^(\.[a-zA-Z_][a-zA-Z0-9_]*)+$/.test(target)) {
    throw cursor.problem('After `for` comes a variable: `for var.name in …`', variable.start);
  }
  const names = target.slice(1).split('.');
  const forbidden = names.find(isForbiddenName);
  if (forbidden !== undefined)
    throw raise.LANGUAGE_FORBIDDEN_NAME({ name: forbidden }, { details: { offset: variable.start } });
  cursor.expect('in');
  const iterable = parse(cursor, 0);
  return { kind: 'loop', target: names, iterable, start, end: cursor.lastEnd };
}

/** Everything that binds tighter than `minimum`. */
function parse(cursor: TokenCursor, minimum: number): Expression {
  cursor.deeper();
  let levels = 1;
  let left = parsePrefix(cursor, minimum);
  for (;;) {
    const next = parseInfix(cursor, left, minimum);
    if (next === undefined) break;
    cursor.deeper();
    levels++;
    left = next;
  }
  cursor.shallower(levels);
  return left;
}

function parsePrefix(cursor: TokenCursor, minimum: number): Expression {
  const { token } = cursor;
  if (token.kind === 'operator' && (token.text === '-' || token.text === '+')) {
    cursor.next();
    const operand = parse(cursor, UNARY - 1);
    return { kind: 'unary', operator: token.text, operand, start: token.start, end: operand.end };
  }
  if (token.kind === 'name' && token.text === 'not') {
    if (minimum >= NOT) throw cursor.problem('`not` binds looser than the operator before it; put it in parentheses');
    cursor.next();
    const operand = parse(cursor, NOT - 0.5);
    return { kind: 'unary', operator: 'not', operand, start: token.start, end: operand.end };
  }
  return parseAtom(cursor, () => parse(cursor, 0));
}

function parseInfix(cursor: TokenCursor, left: Expression, minimum: number): Expression | undefined {
  const { start } = left;
  if (cursor.is('[')) {
    cursor.next();
    const index = parse(cursor, 0);
    cursor.expect(']');
    return { kind: 'index', target: left, index, start, end: cursor.lastEnd };
  }
  if (cursor.is('if')) return minimum < CONDITIONAL ? parseConditional(cursor, left) : undefined;
  const operator = binaryOperator(cursor);
  if (operator === undefined || operator.binding <= minimum) return undefined;
  for (let taken = 0; taken < operator.words; taken++) cursor.next();
  const right = parse(cursor, operator.binding);
  const { end } = right;
  if (operator.text === '||' || operator.text === '&&') {
    return { kind: 'logical', operator: operator.text, left, right, start, end };
  }
  return { kind: 'binary', operator: operator.text, left, right, start, end };
}

function parseConditional(cursor: TokenCursor, whenTrue: Expression): Expression {
  cursor.next();
  const test = parse(cursor, CONDITIONAL);
  cursor.expect('else');
  const whenFalse = parse(cursor, 0);
  return { kind: 'conditional', test, whenTrue, whenFalse, start: whenTrue.start, end: whenFalse.end };
}
