import { raise } from '../../errors/catalogue.ts';
import { boundedCache } from '../bounded-cache.ts';
import { compileNode } from './compile-node.ts';
import type { Evaluate } from './evaluate.ts';
import type { Root } from './expression-node.ts';
import { parseExpression } from './parse-expression.ts';

export interface CompiledExpression {
  readonly root: Root;
  /** Of a loop: throws LANGUAGE_ITERATOR_MISPLACED, since only `for_each` can run one. */
  readonly evaluate: Evaluate;
}

const compiled = boundedCache<CompiledExpression>(5_000);

/** Compiles what stands between `${{` and `}}`; the same text is compiled once. Throws LANGUAGE_SYNTAX and its like. */
export function compileExpression(source: string): CompiledExpression {
  return compiled(source, compile);
}

function compile(source: string): CompiledExpression {
  const root = parseExpression(source);
  if (root.kind !== 'loop') return { root, evaluate: compileNode(root) };
  return {
    root,
    evaluate: () => {
      throw raise.LANGUAGE_ITERATOR_MISPLACED({}, { details: { offset: root.start } });
    },
  };
}
