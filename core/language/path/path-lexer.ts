import { pathSyntaxError } from './path-syntax-error.ts';
import type { PathToken } from './path-token.ts';

const NAME = /@?[a-zA-Z_\u4E00-\u9FA5\u{1F600}-\u{1F64F}][a-zA-Z0-9_@\-\u4E00-\u9FA5\u{1F600}-\u{1F64F}]*/uy;
const NUMBER = /-?\d+(\.\d+)?/y;
const COMPARISON = /=~|==?|<=|>=|!=|<|>/y;
const SORT = /,?\s*[/\\]/y;
const PUNCTUATION = new Set(['*', '.', '[', ']', '(', ')', '$', ',', ':', '|', '&', '?', '@', '+', '-']);

export function tokenizePath(path: string): PathToken[] {
  const tokens: PathToken[] = [];
  let offset = 0;
  while (offset < path.length) {
    if (/\s/.test(path[offset]!)) {
      offset++;
      continue;
    }
    const [token, end] = nextToken(path, offset);
    tokens.push(token);
    offset = end;
  }
  tokens.push({ kind: 'end', value: '', offset });
  return tokens;
}

function nextToken(path: string, offset: number): [PathToken, number] {
  const char = path[offset]!;
  if (char === "'" || char === '"') {
    const [value, end] = quoted(path, offset);
    return [{ kind: 'name', value, quoted: true, offset }, end];
  }
  if (char === '`') {
    const [value, end] = quoted(path, offset);
    return [{ kind: 'named', value, offset }, end];
  }
  const sort = match(SORT, path, offset);
  if (sort !== undefined) return [{ kind: 'sort', value: sort.at(-1)!, offset }, offset + sort.length];
  const name = match(NAME, path, offset);
  if (name !== undefined) return [{ kind: 'name', value: name, quoted: false, offset }, offset + name.length];
  const number = match(NUMBER, path, offset);
  if (number !== undefined) {
    return [
      { kind: 'number', value: Number(number), isInteger: !number.includes('.'), offset },
      offset + number.length,
    ];
  }
  const comparison = match(COMPARISON, path, offset);
  if (comparison !== undefined) return [{ kind: 'comparison', value: comparison, offset }, offset + comparison.length];
  if (path.startsWith('..', offset)) return [{ kind: 'punctuation', value: '..', offset }, offset + 2];
  if (PUNCTUATION.has(char)) return [{ kind: 'punctuation', value: char, offset }, offset + 1];
  throw pathSyntaxError(`unexpected \`${char}\``, path, offset);
}

/** A backslash takes the next character as it stands. */
function quoted(path: string, start: number): [string, number] {
  const quote = path[start];
  let value = '';
  for (let at = start + 1; at < path.length; at++) {
    if (path[at] === quote) return [value, at + 1];
    if (path[at] === '\\' && at + 1 < path.length) at++;
    value += path[at];
  }
  throw pathSyntaxError(`the ${quote} is never closed`, path, start);
}

function match(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}
