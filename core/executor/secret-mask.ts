import { isRecord } from '../language/values/is-record.ts';

export const MASK = '***';
/** A single character would blacken every text; it is no secret either. */
const SHORTEST = 2;
const MAX_DEPTH = 20;

/** The secret values that were handed to one attempt, and what hides them again. Also hides their URL- and JSON-escaped forms. */
export class SecretMask {
  readonly #values = new Set<string>();
  #pattern: RegExp | undefined;

  add(secret: string): void {
    if (secret.length < SHORTEST || this.#values.has(secret)) return;
    this.#values.add(secret);
    this.#values.add(encodeURIComponent(secret.toWellFormed()));
    this.#values.add(JSON.stringify(secret).slice(1, -1));
    this.#pattern = undefined;
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  text(text: string): string {
    for (const value of this.#values) {
      if (text.includes(value)) return text.replace(this.#anyValue(), MASK);
    }
    return text;
  }

  /** True for a number whose digits are a secret, such as a PIN. */
  hidesNumber(value: number | bigint): boolean {
    return this.#values.size > 0 && this.#values.has(String(value));
  }

  /** A masked copy of whatever code hands to a log; what is neither data nor an error is replaced by its kind. */
  loggable(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number' || typeof value === 'bigint') return this.hidesNumber(value) ? MASK : value;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return '…';
    if (Array.isArray(value)) return value.map((item) => this.loggable(item, depth + 1));
    if (value instanceof Error) return { name: value.name, message: this.text(value.message) };
    if (!isRecord(value)) return Object.prototype.toString.call(value);
    const copy: Record<string, unknown> = Object.create(null);
    for (const [key, member] of Object.entries(value)) copy[this.text(key)] = this.loggable(member, depth + 1);
    return copy;
  }

  /** Longest first, so that a secret that contains another is hidden whole. */
  #anyValue(): RegExp {
    this.#pattern ??= new RegExp(
      [...this.#values]
        .sort((a, b) => b.length - a.length)
        .map(RegExp.escape)
        .join('|'),
      'g',
    );
    return this.#pattern;
  }
}
