import { CONTEXT_NAMES } from './context-name.ts';
import { closingQuote, scanPath } from './scan-path.ts';
import { syntaxError } from './syntax-error.ts';
import type { Token } from './token.ts';

const SPACE = /\s*/y;
const NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const NUMBER = /\d+(\.\d+)?([eE][+-]?\d+)?/y;
const OPERATOR = /->|==|!=|<=|>=|\|\||&&|[<>+\-*/%()[\]{},:.]/y;
const FUNCTION = /\.([a-zA-Z_][a-zA-Z0-9_]*)(\.map(?![a-zA-Z0-9_]))?/y;

const DEFAULT_CONTEXTS: ReadonlySet<string> = new Set(CONTEXT_NAMES);

export interface LexerOptions {
  /** Names that start a path; the nine contexts unless given. */
  readonly contexts?: ReadonlySet<string>;
  /** Stop at the `}}` that closes the expression; a brace of a map or inside a string does not. */
  readonly untilClose?: boolean;
  readonly from?: number;
}

/** The tokens of an expression, the last of kind `end`. Throws LANGUAGE_SYNTAX. */
export function tokenize(source: string, options: LexerOptions = {}): Token[] {
  const contexts = options.contexts ?? DEFAULT_CONTEXTS;
  const tokens: Token[] = [];
  let openBraces = 0;
  let at = options.from ?? 0;
  for (;;) {
    at += match(SPACE, source, at)!.length;
    const isClosed = options.untilClose === true && openBraces === 0 && source.startsWith('}}', at);
    if (isClosed || at >= source.length) {
      tokens.push({ kind: 'end', text: '', start: at, end: at });
      return tokens;
    }
    const token = nextToken(source, at, contexts);
    if (token.text === '{' && token.kind === 'operator') openBraces++;
    if (token.text === '}' && token.kind === 'operator') openBraces--;
    tokens.push(token);
    at = token.end;
  }
}

function nextToken(source: string, start: number, contexts: ReadonlySet<string>): Token {
  const char = source[start]!;
  if (char === "'" || char === '"') {
    const end = closingQuote(source, start) + 1;
    return { kind: 'string', text: source.slice(start + 1, end - 1), start, end };
  }
  const name = match(NAME, source, start);
  if (name !== undefined) return nameToken(source, start, name, contexts);
  const number = match(NUMBER, source, start);
  if (number !== undefined) return { kind: 'number', text: number, start, end: start + number.length };
  const operator = match(OPERATOR, source, start);
  if (operator !== undefined) return { kind: 'operator', text: operator, start, end: start + operator.length };
  throw syntaxError(strangeCharacter(char, source), source, start);
}

function nameToken(source: string, start: number, name: string, contexts: ReadonlySet<string>): Token {
  const end = start + name.length;
  if (contexts.has(name)) {
    const pathEnd = scanPath(source, end);
    return { kind: 'path', context: name, text: source.slice(end, pathEnd), start, end: pathEnd };
  }
  if (name !== 'FN') return { kind: 'name', text: name, start, end };
  const call = match(FUNCTION, source, end);
  if (call === undefined) throw syntaxError('`FN` needs the name of a function: `FN.name(…)`', source, start);
  const isMapped = call.endsWith('.map') && call.lastIndexOf('.') > 0;
  return { kind: 'function', text: call.slice(1, isMapped ? -4 : undefined), isMapped, start, end: end + call.length };
}

function strangeCharacter(char: string, source: string): string {
  if (char === '=') return 'A single `=` compares nothing; write `==`';
  if (char === '|' || char === '&') return `A single \`${char}\` has no meaning; write \`${char}${char}\``;
  if (char === '!') return '`!` has no meaning here; write `not …` or `!=`';
  if (char === '$' && source.includes('${{')) return 'Expressions cannot be nested; `${{` opens once';
  return `Unexpected character \`${char}\``;
}

function match(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}
