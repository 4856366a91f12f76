import { raise } from '../../errors/catalogue.ts';

const fail = (problem: string) => raise.LANGUAGE_REGEX({ problem });

/** Python's classes know all of Unicode, RE2's only ASCII: outside brackets, and as members of a bracketed set. */
const CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '[\\p{L}\\p{N}_]',
  W: '[^\\p{L}\\p{N}_]',
  s: '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]',
  S: '[^\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]',
};
const MEMBERS: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '\\p{L}\\p{N}_',
  s: '\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}',
};

export interface TranslatedPattern {
  readonly source: string;
  /** The pattern has a `$`, which in Python also matches before a last line break. */
  readonly hasDollar: boolean;
}

/** Rewrites what Python's `re` spells differently from RE2. @throws LANGUAGE_REGEX for what linear time cannot do. */
export function translatePattern(pattern: string): TranslatedPattern {
  return new Translation(pattern).run();
}

class Translation {
  readonly #pattern: string;
  #at = 0;
  #source = '';
  #isAscii = false;
  #isVerbose = false;
  #hasDollar = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  run(): TranslatedPattern {
    this.#globalFlags();
    while (this.#at < this.#pattern.length) this.#piece();
    return { source: this.#source, hasDollar: this.#hasDollar };
  }

  /** Takes the match of a sticky pattern at the place reached. */
  #take(shape: RegExp): RegExpExecArray | undefined {
    shape.lastIndex = this.#at;
    const match = shape.exec(this.#pattern);
    if (match) this.#at = shape.lastIndex;
    return match ?? undefined;
  }

  #globalFlags(): void {
    const flags = this.#take(/\(\?([aiLmsux]+)\)/y)?.[1];
    if (flags === undefined) return;
    this.#isAscii = flags.includes('a');
    this.#isVerbose = flags.includes('x');
    const known = flags.replace(/[^ims]/g, '');
    if (known !== '') this.#source += `(?${known})`;
  }

  #piece(): void {
    const character = this.#pattern[this.#at]!;
    if (this.#isVerbose && this.#take(/\s+|#[^\n]*/y)) return;
    if (character === '\\') this.#source += this.#escape(false);
    else if (character === '[') this.#set();
    else if (character === '(') this.#group();
    else if (!this.#openRange()) this.#plain(character);
  }

  /** `{,3}` is `{0,3}` in Python and plain text in RE2. */
  #openRange(): boolean {
    const most = this.#take(/\{,(\d+)\}/y)?.[1];
    if (most === undefined) return false;
    this.#source += `{0,${most}}`;
    return true;
  }

  #plain(character: string): void {
    this.#hasDollar ||= character === '$';
    this.#source += character;
    this.#at += 1;
  }

  #group(): void {
    if (this.#take(/\(\?#[^)]*\)/y)) return;
    const start = this.#take(/\(\?(?:P=|P>|P<|<[=!]|[=!>(])/y)?.[0];
    switch (start) {
      case undefined:
      case '(?P<':
      case '(?<=':
      case '(?<!':
        this.#source += start ?? '(';
        if (start === undefined) this.#at += 1;
        return;
      case '(?=':
      case '(?!':
        throw fail('lookahead `(?=…)`, `(?!…)` is not supported; match what follows and use a group for what you need');
      case '(?P=':
        throw fail('backreferences `(?P=name)` are not supported');
      default:
        throw fail(`the group \`${start}…)\` is not supported`);
    }
  }

  #escape(inSet: boolean): string {
    const [whole, letter = ''] =
      this.#take(/\\(u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|[0-3][0-7]{2}|0[0-7]?|[1-9]|.)/suy) ?? [];
    if (whole === undefined) throw fail('it ends with a backslash');
    if (/^[uUx]./.test(letter)) return `\\x{${letter.slice(1)}}`;
    if (/^(?:0|\d{3})/.test(letter)) return `\\x{${Number.parseInt(letter, 8).toString(16)}}`;
    if (/^[1-9]$/.test(letter)) throw fail(`the backreference \`\\${letter}\` is not supported`);
    if (letter === 'Z') return '\\z';
    if (!this.#isAscii) return this.#unicodeClass(letter, inSet) ?? literal(letter, whole);
    return literal(letter, whole);
  }

  #unicodeClass(letter: string, inSet: boolean): string | undefined {
    return (inSet ? MEMBERS : CLASSES)[letter];
  }

  #set(): void {
    const open = this.#take(/\[\^?\]?/y)![0];
    this.#source += open.endsWith(']') ? `${open.slice(0, -1)}\\]` : open;
    while (this.#pattern[this.#at] !== ']') {
      const character = this.#pattern[this.#at];
      if (character === undefined) throw fail('a `[` has no `]`');
      if (character === '\\') {
        this.#source += this.#escape(true);
        continue;
      }
      // RE2 would read `[[:` as a POSIX class.
      this.#source += character === '[' ? '\\[' : character;
      this.#at += 1;
    }
    this.#source += ']';
    this.#at += 1;
  }
}

function literal(letter: string, whole: string): string {
  return letter > '\x7f' ? letter : whole;
}
