import type { Expression } from '../../../language/expression/expression-node.ts';
import { parseExpression } from '../../../language/expression/parse-expression.ts';
import { hasExpression, splitString } from '../../../language/template/split-string.ts';
import { constantTruth } from './constant-truth.ts';

/** A condition as it is written: one that is always the same, one expression, or something else that the run decides. */
export type WrittenCondition =
  | { readonly kind: 'constant'; readonly holds: boolean; readonly isText: boolean }
  | { readonly kind: 'expression'; readonly node: Expression }
  | { readonly kind: 'other' };

/** Reads a sound `run_if`, `retry_until` or loop condition. Text is true unless it is empty, and text around an expression makes text. */
export function readCondition(written: unknown): WrittenCondition {
  if (typeof written === 'boolean') return { kind: 'constant', holds: written, isText: false };
  if (typeof written !== 'string') return { kind: 'other' };
  if (!hasExpression(written)) return { kind: 'constant', holds: written !== '', isText: true };
  const parts = splitString(written);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') {
    const node = parseExpression(only.source);
    if (node.kind === 'loop') return { kind: 'other' };
    const holds = constantTruth(node);
    return holds === undefined ? { kind: 'expression', node } : { kind: 'constant', holds, isText: false };
  }
  const isNeverEmpty = parts.some((part) => part.kind === 'text' && part.text !== '');
  return isNeverEmpty ? { kind: 'constant', holds: true, isText: true } : { kind: 'other' };
}
