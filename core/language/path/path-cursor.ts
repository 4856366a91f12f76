import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { tokenizePath } from './path-lexer.ts';
import { pathSyntaxError } from './path-syntax-error.ts';
import type { PathToken } from './path-token.ts';

const MAX_DEPTH = 200;

/** Walks the tokens of one path and words what is wrong with them. */
export class PathCursor {
  token: PathToken;
  readonly #path: string;
  readonly #tokens: readonly PathToken[];
  #position = 0;
  #depth = 0;

  constructor(path: string) {
    this.#path = path;
    this.#tokens = tokenizePath(path);
    this.token = this.#tokens[0]!;
  }

  next(): void {
    this.token = this.#tokens[++this.#position] ?? this.token;
  }

  isPunctuation(value: string): boolean {
    return this.token.kind === 'punctuation' && this.token.value === value;
  }

  take(value: string): boolean {
    if (!this.isPunctuation(value)) return false;
    this.next();
    return true;
  }

  expect(value: string): void {
    if (!this.take(value)) throw this.unexpected(`\`${value}\``);
  }

  nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
    const result = parse();
    this.#depth--;
    return result;
  }

  unexpected(expected?: string): BackplaneError {
    const found = this.token.kind === 'end' ? 'it ends too early' : `unexpected \`${this.token.value}\``;
    return this.problem(expected === undefined ? found : `${found}, expected ${expected}`, this.token.offset);
  }

  problem(problem: string, offset: number): BackplaneError {
    return pathSyntaxError(problem, this.#path, offset);
  }
}
