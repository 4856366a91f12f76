import { decodeEscapes } from './decode-escapes.ts';
import { lambdaSyntaxError } from './lambda-error.ts';
import { PythonCursor } from './python-cursor.ts';
import type { PythonNode, TextPart } from './python-node.ts';

type Parse = (cursor: PythonCursor) => PythonNode;

const FIELD_END = /^(?:!([rsa]))?(?::([\s\S]*))?$/;

/** The content of an f-string: text and `{expression!conversion:format}` fields; `{{` and `}}` are braces. */
export function parseFormattedText(text: string, isRaw: boolean, base: number, parse: Parse): TextPart[] {
  const parts: TextPart[] = [];
  let literal = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    const isDoubled = (char === '{' || char === '}') && text[at + 1] === char;
    if (char === '{' && !isDoubled) {
      const end = closingBrace(text, at);
      parts.push(
        isRaw ? literal : decodeEscapes(literal),
        parseField(text.slice(at + 1, end), base + at + 1, isRaw, parse),
      );
      literal = '';
      at = end;
      continue;
    }
    if (char === '}' && !isDoubled) throw lambdaSyntaxError('A single `}` in an f-string', text, at);
    if (isDoubled) at++;
    literal += char;
  }
  parts.push(isRaw ? literal : decodeEscapes(literal));
  return parts.filter((part) => part !== '');
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === "'" || char === '"') {
      const close = text.indexOf(char, at + 1);
      if (close === -1) break;
      at = close;
    } else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at;
  }
  throw lambdaSyntaxError('A `{` in an f-string is never closed', text, open);
}

function parseField(field: string, base: number, isRaw: boolean, parse: Parse): TextPart {
  const end = expressionEnd(field);
  const source = field.slice(0, end);
  const tail = FIELD_END.exec(field.slice(end));
  if (tail === null) throw lambdaSyntaxError('After `!` in an f-string comes r, s or a', field, end);
  const cursor = new PythonCursor(source, base);
  const value = parse(cursor);
  if (cursor.token.kind !== 'end') throw cursor.unexpected('the end of the field');
  const format =
    tail[2] === undefined ? [] : parseFormattedText(tail[2], isRaw, base + field.length - tail[2].length, parse);
  return { value, format, ...(tail[1] === undefined ? {} : { conversion: tail[1] as 'r' | 's' | 'a' }) };
}

/** The first `!` (not `!=`) or `:` outside strings and brackets. */
function expressionEnd(field: string): number {
  let depth = 0;
  for (let at = 0; at < field.length; at++) {
    const char = field[at]!;
    if (char === "'" || char === '"') at = Math.max(at, field.indexOf(char, at + 1));
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (depth === 0 && (char === ':' || (char === '!' && field[at + 1] !== '='))) return at;
  }
  return field.length;
}
