import type { Root } from '../../language/expression/expression-node.ts';
import { parseExpression } from '../../language/expression/parse-expression.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { hasExpression, splitString } from '../../language/template/split-string.ts';
import { isRecord } from '../../language/values/is-record.ts';

/** One `${{ }}` of a value: what it says, and where the text that holds it stands. */
export interface WrittenExpression {
  readonly node: Root;
  readonly path: DataPath;
  /** From the beginning of the text to that of the expression. */
  readonly offset: number;
}

/** Every expression in a sound value, keys left aside. */
export function* writtenExpressions(written: unknown, path: DataPath): Generator<WrittenExpression> {
  if (typeof written === 'string') {
    if (!hasExpression(written)) return;
    for (const part of splitString(written)) {
      if (part.kind === 'expression') yield { node: parseExpression(part.source), path, offset: part.offset };
    }
  } else if (Array.isArray(written)) {
    for (const [index, item] of written.entries()) yield* writtenExpressions(item, [...path, index]);
  } else if (isRecord(written)) {
    for (const [key, value] of Object.entries(written)) yield* writtenExpressions(value, [...path, key]);
  }
}
