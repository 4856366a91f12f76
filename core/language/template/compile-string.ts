import { allNodes } from '../expression/child-nodes.ts';
import { compileExpression } from '../expression/compile-expression.ts';
import type { Evaluate } from '../expression/evaluate.ts';
import type { Root } from '../expression/expression-node.ts';
import { guardSize } from '../expression/output-budget.ts';
import { referencedPaths } from '../expression/referenced-paths.ts';
import { pythonStr } from '../values/render.ts';
import type { CompiledPart } from './compiled-part.ts';
import { locateError, type TemplatePath } from './locate-error.ts';
import { hasExpression, type StringPart, splitString } from './split-string.ts';
import type { Reference } from './template.ts';

/**
 * A string that is one expression gives its value, of whatever type. Any other string with expressions gives text, each
 * value written as Python writes it. The references found are added to `references`.
 */
export function compileString(text: string, at: TemplatePath, references: Reference[]): CompiledPart {
  if (!hasExpression(text)) return { evaluate: () => text, isConstant: true };
  const parts = split(text, at).map((part) => (part.kind === 'text' ? part.text : compilePart(part, at, references)));
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return only;
  const isConstant = parts.every((part) => typeof part === 'string' || part.isConstant);
  return { evaluate: joined(parts.map((part) => (typeof part === 'string' ? part : part.evaluate))), isConstant };
}

function split(text: string, at: TemplatePath): StringPart[] {
  try {
    return splitString(text);
  } catch (error) {
    throw locateError(error, at, 0);
  }
}

function joined(parts: readonly (string | Evaluate)[]): Evaluate {
  return (scope) => {
    let text = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const value = part(scope);
      text += typeof value === 'string' ? value : pythonStr(value);
    }
    return guardSize(text);
  };
}

function compilePart(
  { source, offset }: StringPart & { kind: 'expression' },
  at: TemplatePath,
  references: Reference[],
): CompiledPart {
  try {
    const { root, evaluate } = compileExpression(source);
    for (const path of referencedPaths(root))
      references.push({ ...path, at, offset: path.offset + offset } as Reference);
    return { evaluate: located(evaluate, at, offset, source), isConstant: isConstant(root) };
  } catch (error) {
    throw locateError(error, at, offset, source);
  }
}

function located(evaluate: Evaluate, at: TemplatePath, offset: number, source: string): Evaluate {
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      throw locateError(error, at, offset, source);
    }
  };
}

/** Functions count as changing: some read the clock. */
function isConstant(root: Root): boolean {
  return allNodes(root).every(({ kind }) => kind !== 'path' && kind !== 'query' && kind !== 'call' && kind !== 'loop');
}
