import type { BinaryOperator } from './expression-node.ts';
import type { TokenCursor } from './token-cursor.ts';

interface InfixOperator {
  readonly text: BinaryOperator | '||' | '&&';
  readonly binding: number;
  /** How many tokens spell it: `not in` is two. */
  readonly words: number;
}

/** Loosest first. Between `&&` (3) and comparisons (5) stands `not`; `if … else` (1) and unary minus (10) are prefix or mixfix. */
export const BINDINGS: Readonly<Record<string, number>> = {
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  in: 6,
  'not in': 6,
  is: 7,
  'is not': 7,
  '+': 8,
  '-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
};

/** The infix operator at the cursor, which stays where it is. */
export function binaryOperator(cursor: TokenCursor): InfixOperator | undefined {
  const { token } = cursor;
  if (token.kind !== 'operator' && token.kind !== 'name') return undefined;
  const following = cursor.peek().text;
  const isTwoWords = (token.text === 'not' && following === 'in') || (token.text === 'is' && following === 'not');
  const text = isTwoWords ? `${token.text} ${following}` : token.text;
  if (!Object.hasOwn(BINDINGS, text)) return undefined;
  return { text: text as InfixOperator['text'], binding: BINDINGS[text]!, words: isTwoWords ? 2 : 1 };
}
