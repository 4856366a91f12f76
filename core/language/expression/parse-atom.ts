import { raise } from '../../errors/catalogue.ts';
import { isForbiddenName } from '../path/forbidden-name.ts';
import { nearest } from '../source/did-you-mean.ts';
import { CONTEXT_NAMES } from './context-name.ts';
import type { CastType, Expression } from './expression-node.ts';
import { numberLiteral } from './number-literal.ts';
import { parseContextPath } from './parse-context-path.ts';
import type { TokenCursor } from './token-cursor.ts';

const CONSTANTS: Readonly<Record<string, true | false | null>> = {
  True: true,
  true: true,
  False: false,
  false: false,
  None: null,
  null: null,
};
const CASTS: ReadonlySet<string> = new Set(['int', 'float', 'str', 'bool']);
const ELSEWHERE: Readonly<Record<string, string>> = {
  and: 'write `&&`',
  or: 'write `||`',
  lambda: 'lambdas stand in arguments that ask for them, without `${{ }}`',
  for: 'a loop stands alone: `for var.name in …`',
};

type ParseInner = () => Expression;

/** Literals, paths, calls, casts, lists, maps and parentheses. */
export function parseAtom(cursor: TokenCursor, parse: ParseInner): Expression {
  const { token } = cursor;
  switch (token.kind) {
    case 'string':
      cursor.next();
      return { kind: 'literal', value: token.text, start: token.start, end: token.end };
    case 'number':
      cursor.next();
      return { kind: 'literal', value: numberLiteral(token.text), start: token.start, end: token.end };
    case 'path':
      cursor.next();
      return parseContextPath(cursor, token);
    case 'function': {
      cursor.next();
      cursor.expect('(');
      const args = parseSequence(cursor, ')', parse);
      return {
        kind: 'call',
        name: token.text,
        isMapped: token.isMapped,
        args,
        start: token.start,
        end: cursor.lastEnd,
      };
    }
    case 'name':
      return parseWord(cursor, parse);
    case 'operator':
      return parseBracketed(cursor, parse);
    case 'end':
      throw cursor.unexpected('a value');
  }
}

function parseWord(cursor: TokenCursor, parse: ParseInner): Expression {
  const { text, start, end } = cursor.token;
  if (Object.hasOwn(CONSTANTS, text)) {
    cursor.next();
    return { kind: 'literal', value: CONSTANTS[text]!, start, end };
  }
  if (CASTS.has(text) && cursor.peek().text === '(') {
    cursor.next();
    cursor.next();
    const operand = parse();
    cursor.expect(')');
    return { kind: 'cast', type: text as CastType, operand, isTrailing: false, start, end: cursor.lastEnd };
  }
  if (Object.hasOwn(ELSEWHERE, text)) throw cursor.problem(`\`${text}\` cannot stand here; ${ELSEWHERE[text]}`);
  if (cursor.peek().text === '(')
    throw cursor.problem(`\`${text}\` is not a function; write \`FN.${text}(…)\` for the functions of FN`);
  const near = nearest(text, [...CONTEXT_NAMES, ...Object.keys(CONSTANTS)]);
  throw cursor.problem(
    `\`${text}\` is neither a context nor a quoted string${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
  );
}

function parseBracketed(cursor: TokenCursor, parse: ParseInner): Expression {
  const { text, start } = cursor.token;
  if (cursor.take('(')) {
    const inner = parse();
    cursor.expect(')');
    return { ...inner, start, end: cursor.lastEnd };
  }
  if (cursor.take('[')) return { kind: 'list', items: parseSequence(cursor, ']', parse), start, end: cursor.lastEnd };
  if (text !== '{') throw cursor.unexpected('a value');
  cursor.next();
  const entries = parseSequence(cursor, '}', () => parseEntry(cursor, parse));
  return { kind: 'map', entries, start, end: cursor.lastEnd };
}

function parseEntry(cursor: TokenCursor, parse: ParseInner): { key: string; value: Expression } {
  const { token } = cursor;
  if (token.kind !== 'string') throw cursor.unexpected('a quoted key');
  if (isForbiddenName(token.text)) {
    throw raise.LANGUAGE_FORBIDDEN_NAME({ name: token.text }, { details: { offset: token.start } });
  }
  cursor.next();
  cursor.expect(':');
  return { key: token.text, value: parse() };
}

/** Comma-separated, possibly empty, without a trailing comma. */
function parseSequence<T>(cursor: TokenCursor, close: string, parseOne: () => T): T[] {
  const items: T[] = [];
  if (cursor.take(close)) return items;
  do items.push(parseOne());
  while (cursor.take(','));
  if (!cursor.take(close)) throw cursor.unexpected(`\`,\` or \`${close}\``);
  return items;
}
