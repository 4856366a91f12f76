import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { lambdaSyntaxError } from './lambda-error.ts';
import { type PythonToken, tokenizePython } from './python-lexer.ts';

const MAX_DEPTH = 100;
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'and or not in is if else for lambda True False None true false null async await yield import from class def return with as ' +
    'global nonlocal assert del pass raise try except finally while break continue elif'
  ).split(' '),
);

/** Walks the tokens of one Python expression. */
export class PythonCursor {
  token: PythonToken;
  readonly source: string;
  readonly #tokens: readonly PythonToken[];
  readonly #base: number;
  #position = 0;
  #depth = 0;

  /** `base` is where `source` begins in the text that offsets refer to. */
  constructor(source: string, base = 0) {
    this.source = source;
    this.#base = base;
    this.#tokens = tokenizePython(source);
    this.token = this.#tokens[0]!;
  }

  get offset(): number {
    return this.token.offset + this.#base;
  }

  next(): PythonToken {
    const { token } = this;
    this.token = this.#tokens[++this.#position] ?? token;
    return token;
  }

  peek(): PythonToken {
    return this.#tokens[this.#position + 1] ?? this.token;
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

  /** A name that is no keyword. Names with leading double underscores lead into Python's machinery and are refused. */
  identifier(): string {
    const { token } = this;
    if (token.kind !== 'name' || KEYWORDS.has(token.text)) throw this.unexpected('a name');
    if (token.text.startsWith('__')) throw raise.LANGUAGE_LAMBDA_FORBIDDEN({ what: `The name \`${token.text}\`` });
    this.next();
    return token.text;
  }

  get isIdentifier(): boolean {
    return this.token.kind === 'name' && !KEYWORDS.has(this.token.text);
  }

  nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
    const result = parse();
    this.#depth--;
    return result;
  }

  unexpected(expected: string): BackplaneError {
    const { token } = this;
    if (token.kind === 'end') return this.problem(`The lambda ends where ${expected} was expected`);
    return this.problem(`Unexpected \`${token.text}\`, expected ${expected}`);
  }

  problem(problem: string): BackplaneError {
    return lambdaSyntaxError(problem, this.source, this.token.offset);
  }
}
