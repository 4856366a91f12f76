import { syntaxError } from './syntax-error.ts';

const NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;

/** The offset after a path that hangs on a context ending at `start`: `.name`, `..`, `.*`, quoted names, brackets, `` .`operator` ``. */
export function scanPath(source: string, start: number): number {
  let at = start;
  for (;;) {
    if (source[at] === '[') {
      at = closingBracket(source, at) + 1;
      continue;
    }
    if (source[at] !== '.') return at;
    at = scanSegment(source, source[at + 1] === '.' ? at + 2 : at + 1);
  }
}

function scanSegment(source: string, at: number): number {
  const char = source[at];
  if (char === '[') return at;
  if (char === '*') return at + 1;
  if (char === "'" || char === '"' || char === '`') return closingQuote(source, at) + 1;
  NAME.lastIndex = at;
  const name = NAME.exec(source);
  if (name === null) throw syntaxError('A name, a quoted name or `[` must follow the dot', source, at);
  return at + name[0].length;
}

function closingBracket(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return at;
    else if (char === "'" || char === '"' || char === '`') at = closingQuote(source, at);
  }
  throw syntaxError('The bracket is never closed', source, start);
}

/** A backslash takes the next character with it. */
export function closingQuote(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === source[start]) return at;
  }
  throw syntaxError(`The ${source[start]} is never closed`, source, start);
}
