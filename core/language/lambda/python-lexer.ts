import { decodeEscapes } from './decode-escapes.ts';
import { lambdaSyntaxError } from './lambda-error.ts';

export type PythonToken =
  | { readonly kind: 'name' | 'number' | 'operator'; readonly text: string; readonly offset: number }
  /** Escapes are decoded, except in `f` strings, where the parser does it piece by piece. */
  | {
      readonly kind: 'string';
      readonly text: string;
      readonly isFormatted: boolean;
      readonly isRaw: boolean;
      readonly offset: number;
      readonly contentOffset: number;
    }
  | { readonly kind: 'end'; readonly text: ''; readonly offset: number };

const SPACE = /(?:\s|\\\n|#[^\n]*)*/y;
const STRING_START = /([rRfFuU]{0,2})('''|"""|'|")/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const OPERATOR = /\*\*|\/\/|==|!=|<=|>=|:=|[-=+*/%<>()[\]{},:.|&^]/y;

export function tokenizePython(source: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  for (let at = 0; ; ) {
    at += match(SPACE, source, at)![0].length;
    if (at >= source.length) {
      tokens.push({ kind: 'end', text: '', offset: at });
      return tokens;
    }
    const [token, end] = nextToken(source, at);
    tokens.push(token);
    at = end;
  }
}

function nextToken(source: string, offset: number): [PythonToken, number] {
  const string = match(STRING_START, source, offset);
  if (string !== null) return stringToken(source, offset, string[1]!.toLowerCase(), string[2]!);
  for (const [kind, pattern] of [
    ['name', NAME],
    ['number', NUMBER],
    ['operator', OPERATOR],
  ] as const) {
    const found = match(pattern, source, offset);
    if (found !== null) return [{ kind, text: found[0], offset }, offset + found[0].length];
  }
  throw lambdaSyntaxError(`Unexpected character \`${source[offset]}\``, source, offset);
}

function stringToken(source: string, offset: number, prefix: string, quote: string): [PythonToken, number] {
  const start = offset + prefix.length + quote.length;
  let end = start;
  while (end < source.length && !source.startsWith(quote, end)) end += source[end] === '\\' ? 2 : 1;
  if (end >= source.length) throw lambdaSyntaxError('The string is never closed', source, offset);
  const raw = source.slice(start, end);
  const isFormatted = prefix.includes('f');
  const isRaw = prefix.includes('r');
  const text = isFormatted || isRaw ? raw : decodeEscapes(raw);
  return [{ kind: 'string', text, isFormatted, isRaw, offset, contentOffset: start }, end + quote.length];
}

function match(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}
