import type { PythonCursor } from './python-cursor.ts';
import type { Clause, PythonNode } from './python-node.ts';

/** `for a, b in items if condition …`, one or more. */
export function parseClauses(cursor: PythonCursor, parseOr: (cursor: PythonCursor) => PythonNode): Clause[] {
  const clauses: Clause[] = [];
  while (cursor.take('for')) {
    const { targets, unpacks } = parseTargets(cursor);
    cursor.expect('in');
    const iterable = parseOr(cursor);
    const conditions: PythonNode[] = [];
    while (cursor.take('if')) conditions.push(parseOr(cursor));
    clauses.push({ targets, unpacks, iterable, conditions });
  }
  return clauses;
}

function parseTargets(cursor: PythonCursor): Pick<Clause, 'targets' | 'unpacks'> {
  const isWrapped = cursor.take('(');
  const targets = [cursor.identifier()];
  let unpacks = false;
  while (cursor.take(',')) {
    unpacks = true;
    if (cursor.is('in') || cursor.is(')')) break;
    targets.push(cursor.identifier());
  }
  if (isWrapped) cursor.expect(')');
  return { targets, unpacks };
}
