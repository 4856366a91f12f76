import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { type LexerOptions, tokenize } from './lexer.ts';
import { syntaxError } from './syntax-error.ts';
import type { Token } from './token.ts';

const MAX_DEPTH = 1_000;
const MISPLACED_DOT =
  'A dot can only follow a context or a name of its path (results of functions are read with `[…]`, numbers begin with a digit)';

/** Walks the tokens of one expression. Counts how deep its tree becomes, so that no text can exhaust the stack. */
export class TokenCursor {
  token: Token;
  readonly source: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(source: string, options: LexerOptions) {
    this.source = source;
    this.#tokens = tokenize(source, options);
    this.token = this.#tokens[0]!;
  }

  /** End of the token before the present one. */
  get lastEnd(): number {
    return this.#tokens[this.#position - 1]?.end ?? 0;
  }

  get isAtEnd(): boolean {
    return this.token.kind === 'end';
  }

  peek(): Token {
    return this.#tokens[this.#position + 1] ?? this.token;
  }

  next(): Token {
    const { token } = this;
    this.token = this.#tokens[++this.#position] ?? token;
    return token;
  }

  is(text: string): boolean {
    return this.token.text === text && (this.token.kind === 'operator' || this.token.kind === 'name');
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`\`${text}\``);
  }

  deeper(): void {
    if (++this.#depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
  }

  shallower(levels: number): void {
    this.#depth -= levels;
  }

  unexpected(expected: string): BackplaneError {
    const { token } = this;
    if (token.kind === 'end') return this.problem(`The expression ends where ${expected} was expected`);
    if (token.text === '.') return this.problem(MISPLACED_DOT);
    return this.problem(`Unexpected \`${this.source.slice(token.start, token.end)}\`, expected ${expected}`);
  }

  problem(problem: string, offset = this.token.start): BackplaneError {
    return syntaxError(problem, this.source, offset);
  }
}
