import type { OffsetMap } from './offset-map.ts';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};
const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Decodes a plain, single-quoted or double-quoted scalar: line folding and escapes, character by character. */
export function quotedOffsets(source: string, start: number, end: number): OffsetMap {
  const quote = source[start] === '"' || source[start] === "'" ? source[start] : undefined;
  const stop = quote === undefined ? end : source[end - 1] === quote ? end - 1 : end;
  const offsets: number[] = [];
  let text = '';
  const emit = (piece: string, at: number) => {
    for (let i = 0; i < piece.length; i++) offsets.push(at);
    text += piece;
  };
  let at = quote === undefined ? start : start + 1;
  while (at < stop) {
    const char = source[at]!;
    const fold = readFold(source, at, stop);
    if (fold !== undefined) {
      emit(fold.breaks === 1 ? ' ' : '\n'.repeat(fold.breaks - 1), at);
      at = fold.next;
    } else if (quote === '"' && char === '\\') {
      const escaped = readEscape(source, at, stop);
      emit(escaped.text, at);
      at = escaped.next;
    } else {
      emit(char, at);
      at += quote === "'" && char === "'" ? 2 : 1;
    }
  }
  offsets.push(stop);
  return { text, offsets };
}

/** White space around line breaks, if some starts here: one break becomes a space, each further one a line break. */
function readFold(source: string, from: number, stop: number): { breaks: number; next: number } | undefined {
  let breaks = 0;
  let at = from;
  for (; at < stop; at++) {
    const char = source[at];
    if (char === '\n') breaks++;
    else if (char !== ' ' && char !== '\t' && char !== '\r') break;
  }
  return breaks === 0 ? undefined : { breaks, next: at };
}

function readEscape(source: string, at: number, stop: number): { text: string; next: number } {
  const char = source[at + 1] ?? '';
  const digits = HEX_ESCAPES[char];
  if (digits !== undefined) {
    const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16);
    const text = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    return { text, next: at + 2 + digits };
  }
  const lineBreak = char === '\r' && source[at + 2] === '\n' ? at + 2 : at + 1;
  if (source[lineBreak] === '\n') {
    let next = lineBreak + 1;
    while (next < stop && (source[next] === ' ' || source[next] === '\t')) next++;
    return { text: '', next };
  }
  return { text: SIMPLE_ESCAPES[char] ?? char, next: at + 2 };
}
