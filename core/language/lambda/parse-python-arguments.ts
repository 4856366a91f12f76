import { parseClauses } from './parse-comprehension.ts';
import type { PythonCursor } from './python-cursor.ts';
import type { PythonNode } from './python-node.ts';

type Parse = (cursor: PythonCursor) => PythonNode;

/** What follows `(` of a call, up to and with `)`. A lone generator needs no parentheses of its own. */
export function parsePythonArguments(cursor: PythonCursor, parse: Parse, parseOr: Parse) {
  const args: PythonNode[] = [];
  const keywords: { name: string; value: PythonNode }[] = [];
  while (!cursor.is(')')) {
    if (cursor.is('*') || cursor.is('**')) throw cursor.problem('Arguments cannot be unpacked here');
    const keyword = takeKeyword(cursor);
    const value = parse(cursor);
    if (keyword !== undefined) keywords.push({ name: keyword, value });
    else if (cursor.is('for'))
      args.push({ kind: 'comprehension', makes: 'generator', element: value, clauses: parseClauses(cursor, parseOr) });
    else args.push(value);
    if (!cursor.take(',')) break;
  }
  cursor.expect(')');
  return { args, keywords };
}

function takeKeyword(cursor: PythonCursor): string | undefined {
  if (!cursor.isIdentifier || cursor.peek().text !== '=') return undefined;
  const name = cursor.identifier();
  cursor.next();
  return name;
}
