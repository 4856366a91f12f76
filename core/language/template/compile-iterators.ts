import { raise } from '../../errors/catalogue.ts';
import { compileNode } from '../expression/compile-node.ts';
import type { Evaluate } from '../expression/evaluate.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import { referencedPaths } from '../expression/referenced-paths.ts';
import { isRecord, newRecord } from '../values/is-record.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';
import type { CompileOptions } from './compile-template.ts';
import type { ForEach } from './for-each.ts';
import { locateError, type TemplatePath } from './locate-error.ts';
import { hasExpression, splitString } from './split-string.ts';
import type { Reference } from './template.ts';

interface Iterator {
  readonly target: readonly string[];
  readonly items: (...scope: Parameters<Evaluate>) => readonly Value[];
}

/**
 * Compiles `${{ for var.x in … }}`, or several that go side by side until the shortest ends. Each round gives one value of
 * `var`; `var.a.b` nests. Throws LANGUAGE_ITERATOR_EXPECTED for anything else.
 */
export function compileIterators(source: string | readonly string[], { at = [] }: CompileOptions = {}): ForEach {
  const references: Reference[] = [];
  const iterators = (typeof source === 'string' ? [source] : source).map((text, index) =>
    compileIterator(text, typeof source === 'string' ? at : [...at, index], references),
  );
  if (iterators.length === 0) throw locateError(raise.LANGUAGE_ITERATOR_EXPECTED({ found: '[]' }), at, 0);
  const items: ForEach['items'] = (scope) =>
    zip(iterators.map(({ target, items }) => ({ target, list: items(scope) })));
  return { evaluate: items, items, references, isConstant: false };
}

function compileIterator(text: string, at: TemplatePath, references: Reference[]): Iterator {
  const { source, offset } = onlyExpression(text, at);
  try {
    const root = parseExpression(source);
    if (root.kind !== 'loop') throw raise.LANGUAGE_ITERATOR_EXPECTED({ found: text });
    for (const path of referencedPaths(root))
      references.push({ ...path, at, offset: path.offset + offset } as Reference);
    const evaluate = compileNode(root.iterable);
    const name = `var.${root.target.join('.')} in`;
    return {
      target: root.target,
      items: (scope) => {
        try {
          return toList(evaluate(scope), name);
        } catch (error) {
          throw locateError(error, at, offset, source);
        }
      },
    };
  } catch (error) {
    throw locateError(error, at, offset, source);
  }
}

function onlyExpression(text: string, at: TemplatePath): { source: string; offset: number } {
  const trimmed = text.trim();
  try {
    const [part, ...more] = hasExpression(trimmed) ? splitString(trimmed) : [];
    if (part?.kind !== 'expression' || more.length > 0) throw raise.LANGUAGE_ITERATOR_EXPECTED({ found: text });
    return { source: part.source, offset: part.offset + text.indexOf(trimmed) };
  } catch (error) {
    throw locateError(error, at, 0);
  }
}

/** Python iterates over lists, the characters of strings and the keys of maps. */
function toList(value: Value, name: string): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return Array.from(value);
  if (isRecord(value)) return Object.keys(value);
  throw raise.LANGUAGE_NOT_ITERABLE({ type: pythonTypeName(value), name });
}

function zip(columns: readonly { target: readonly string[]; list: readonly Value[] }[]): Value[] {
  const count = Math.min(...columns.map(({ list }) => list.length));
  return Array.from({ length: count }, (_, at) => {
    const round = newRecord<Value>();
    for (const { target, list } of columns) assign(round, target, list[at]!);
    return round;
  });
}

function assign(round: Record<string, Value>, target: readonly string[], value: Value): void {
  let record = round;
  for (const name of target.slice(0, -1)) {
    const known = record[name];
    // A copy: the round must not write into the data it goes through.
    const inner = Object.assign(newRecord<Value>(), isRecord(known) ? known : {});
    record[name] = inner;
    record = inner;
  }
  record[target.at(-1)!] = value;
}
