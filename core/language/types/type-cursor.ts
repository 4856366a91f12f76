import { raise } from '../../errors/catalogue.ts';

const WORD = /[A-Za-z_$][\w$]*/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
const SPACE = /\s*/y;

/** Walks through the text of a type. White space between tokens means nothing. */
export class TypeCursor {
  readonly text: string;
  offset = 0;

  constructor(text: string) {
    this.text = text;
    this.#skipSpace();
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** What stands here, for messages. */
  get found(): string {
    if (this.atEnd) return 'the end';
    WORD.lastIndex = this.offset;
    return `\`${WORD.exec(this.text)?.[0] ?? String.fromCodePoint(this.text.codePointAt(this.offset)!)}\``;
  }

  word(): string | undefined {
    return this.#take(WORD);
  }

  /** A quoted text without its quotes; a backslash keeps the character after it. */
  string(): string | undefined {
    return this.#take(STRING)?.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  }

  accept(symbol: string): boolean {
    if (!this.text.startsWith(symbol, this.offset)) return false;
    this.offset += symbol.length;
    this.#skipSpace();
    return true;
  }

  expect(symbol: string, context: string): void {
    if (!this.accept(symbol)) throw this.error(`expected \`${symbol}\` ${context}, found ${this.found}`);
  }

  error(problem: string, offset = this.offset, didYouMean?: string) {
    return raise.TYPE_SYNTAX(
      { type: this.text, problem, offset, didYouMean },
      { details: { offset, ...(didYouMean === undefined ? {} : { didYouMean }) } },
    );
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.offset += found.length;
    this.#skipSpace();
    return found;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.offset;
    this.offset += SPACE.exec(this.text)![0].length;
  }
}
