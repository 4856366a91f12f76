import { float } from '@backplane/sdk';
import type { Value } from '../values/value.ts';
import { parseClauses } from './parse-comprehension.ts';
import { parseFormattedText } from './parse-formatted-text.ts';
import type { PythonCursor } from './python-cursor.ts';
import type { Comprehension, DictEntry, PythonItem, PythonNode, TextPart } from './python-node.ts';

type Parse = (cursor: PythonCursor) => PythonNode;

const CONSTANTS: Readonly<Record<string, Value>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};

export function parsePythonAtom(cursor: PythonCursor, parse: Parse, parseOr: Parse): PythonNode {
  const { token, offset } = cursor;
  if (token.kind === 'string') return parseStrings(cursor, parse);
  if (token.kind === 'number') {
    cursor.next();
    return { kind: 'constant', value: pythonNumber(token.text) };
  }
  if (token.kind === 'name' && Object.hasOwn(CONSTANTS, token.text)) {
    cursor.next();
    return { kind: 'constant', value: CONSTANTS[token.text]! };
  }
  if (cursor.take('(')) return parseParentheses(cursor, parse, parseOr);
  if (cursor.take('[')) return parseList(cursor, parse, parseOr);
  if (cursor.take('{')) return parseBraces(cursor, parse, parseOr);
  if (token.kind !== 'name') throw cursor.unexpected('a value');
  return { kind: 'name', name: cursor.identifier(), offset };
}

/** `1_000`, `0xff`, `1.5e3`; whole numbers stay exact. */
function pythonNumber(text: string): Value {
  const digits = text.replaceAll('_', '');
  if (!/^0[xXoObB]/.test(digits) && /[.eE]/.test(digits)) return float(Number(digits));
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** Neighbouring strings are one. */
function parseStrings(cursor: PythonCursor, parse: Parse): PythonNode {
  const parts: TextPart[] = [];
  while (cursor.token.kind === 'string') {
    const { token } = cursor;
    parts.push(
      ...(token.isFormatted ? parseFormattedText(token.text, token.isRaw, token.contentOffset, parse) : [token.text]),
    );
    cursor.next();
  }
  const isPlain = parts.every((part) => typeof part === 'string');
  return isPlain ? { kind: 'constant', value: parts.join('') } : { kind: 'text', parts };
}

function parseParentheses(cursor: PythonCursor, parse: Parse, parseOr: Parse): PythonNode {
  if (cursor.take(')')) return { kind: 'tuple', items: [] };
  const first = parseItem(cursor, parse, parseOr);
  if (first.kind !== 'spread' && cursor.is('for')) return comprehension(cursor, 'generator', first, ')', parseOr);
  if (first.kind !== 'spread' && cursor.take(')')) return first;
  return { kind: 'tuple', items: parseRest(cursor, first, ')', parse, parseOr) };
}

function parseList(cursor: PythonCursor, parse: Parse, parseOr: Parse): PythonNode {
  if (cursor.take(']')) return { kind: 'list', items: [] };
  const first = parseItem(cursor, parse, parseOr);
  if (first.kind !== 'spread' && cursor.is('for')) return comprehension(cursor, 'list', first, ']', parseOr);
  return { kind: 'list', items: parseRest(cursor, first, ']', parse, parseOr) };
}

/** A set or a dict, written out or comprehended. */
function parseBraces(cursor: PythonCursor, parse: Parse, parseOr: Parse): PythonNode {
  if (cursor.take('}')) return { kind: 'dict', entries: [] };
  if (cursor.is('**')) return parseDict(cursor, [], parse, parseOr);
  const first = parseItem(cursor, parse, parseOr);
  if (first.kind !== 'spread' && cursor.take(':')) {
    const value = parse(cursor);
    if (cursor.is('for')) return comprehension(cursor, 'dict', value, '}', parseOr, first);
    if (!cursor.is('}')) cursor.expect(',');
    return parseDict(cursor, [{ key: first, value }], parse, parseOr);
  }
  if (first.kind !== 'spread' && cursor.is('for')) return comprehension(cursor, 'set', first, '}', parseOr);
  return { kind: 'set', items: parseRest(cursor, first, '}', parse, parseOr) };
}

/** The entries from here on, a trailing comma allowed, up to and with the brace. */
function parseDict(cursor: PythonCursor, entries: DictEntry[], parse: Parse, parseOr: Parse): PythonNode {
  while (!cursor.is('}')) {
    if (cursor.take('**')) entries.push({ value: parseOr(cursor) });
    else {
      const key = parse(cursor);
      cursor.expect(':');
      entries.push({ key, value: parse(cursor) });
    }
    if (!cursor.take(',')) break;
  }
  cursor.expect('}');
  return { kind: 'dict', entries };
}

function comprehension(
  cursor: PythonCursor,
  makes: Comprehension['makes'],
  element: PythonNode,
  close: string,
  parseOr: Parse,
  key?: PythonNode,
): PythonNode {
  const clauses = parseClauses(cursor, parseOr);
  cursor.expect(close);
  return { kind: 'comprehension', makes, element, clauses, ...(key === undefined ? {} : { key }) };
}

function parseItem(cursor: PythonCursor, parse: Parse, parseOr: Parse): PythonItem {
  return cursor.take('*') ? { kind: 'spread', value: parseOr(cursor) } : parse(cursor);
}

/** The items after the first, a trailing comma allowed, up to and with `close`. */
function parseRest(cursor: PythonCursor, first: PythonItem, close: string, parse: Parse, parseOr: Parse): PythonItem[] {
  const items = [first];
  while (cursor.take(',') && !cursor.is(close)) items.push(parseItem(cursor, parse, parseOr));
  cursor.expect(close);
  return items;
}
