import { tokenize } from '../expression/lexer.ts';
import { syntaxError } from '../expression/syntax-error.ts';

const OPEN = '${{';
const CLOSE = '}}';

/** A part of a string: text as it stands, or an expression with the offset at which it begins (after `${{`). */
export type StringPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number };

/** True when a string may hold expressions; a quick test for the many that do not. */
export function hasExpression(text: string): boolean {
  const open = text.indexOf(OPEN);
  return open !== -1 && text.includes(CLOSE, open);
}

/**
 * Cuts a string at its `${{ … }}`. The end is found by reading tokens, so `}}` may stand inside strings and close maps.
 * A `${{` that nothing closes is text.
 */
export function splitString(text: string): StringPart[] {
  const parts: StringPart[] = [];
  let at = 0;
  for (let open = text.indexOf(OPEN); open !== -1; open = text.indexOf(OPEN, at)) {
    const offset = open + OPEN.length;
    if (!text.includes(CLOSE, offset)) break;
    const end = tokenize(text, { from: offset, untilClose: true }).at(-1)!.start;
    if (end >= text.length) throw syntaxError('The expression is never closed with `}}`', text, open);
    if (open > at) parts.push({ kind: 'text', text: text.slice(at, open) });
    parts.push({ kind: 'expression', source: text.slice(offset, end), offset });
    at = end + CLOSE.length;
  }
  if (at < text.length || parts.length === 0) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}
