import { percentDecode } from './percent-encoding.ts';
import { Utf8Decoder } from './text-encoding.ts';

type Init = string | Iterable<readonly [unknown, unknown]> | Readonly<Record<string, unknown>> | undefined;

/** The web's URLSearchParams. `changed` is how a URL learns of edits. */
export class SearchParams implements Iterable<[string, string]> {
  #pairs: [string, string][] = [];
  #changed: (() => void) | undefined;

  constructor(init?: Init) {
    if (typeof init === 'string' || init === undefined || init === null)
      this.#pairs = parseForm(String(init ?? '').replace(/^\?/, ''));
    else if (typeof (init as Iterable<never>)[Symbol.iterator] === 'function') {
      for (const [name, value] of init as Iterable<readonly [unknown, unknown]>) this.append(name, value);
    } else for (const [name, value] of Object.entries(init)) this.append(name, value);
  }

  /** Ties the list to a URL's query. Not part of the web's interface, so it is kept from scripts: see `url.ts`. */
  static bind(params: SearchParams, query: string | null, changed: () => void): void {
    params.#pairs = parseForm(query ?? '');
    params.#changed = changed;
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: unknown, value: unknown): void {
    this.#pairs.push([String(name), String(value)]);
    this.#changed?.();
  }

  delete(name: unknown, value?: unknown): void {
    this.#pairs = this.#pairs.filter(
      (pair) => pair[0] !== String(name) || (value !== undefined && pair[1] !== String(value)),
    );
    this.#changed?.();
  }

  get(name: unknown): string | null {
    return this.#pairs.find((pair) => pair[0] === String(name))?.[1] ?? null;
  }

  getAll(name: unknown): string[] {
    return this.#pairs.filter((pair) => pair[0] === String(name)).map((pair) => pair[1]);
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#pairs.some((pair) => pair[0] === String(name) && (value === undefined || pair[1] === String(value)));
  }

  set(name: unknown, value: unknown): void {
    const first = this.#pairs.find((pair) => pair[0] === String(name));
    if (first === undefined) this.#pairs.push([String(name), String(value)]);
    else {
      first[1] = String(value);
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== first[0]);
    }
    this.#changed?.();
  }

  sort(): void {
    this.#pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    this.#changed?.();
  }

  forEach(call: (value: string, name: string, params: SearchParams) => void, self?: unknown): void {
    for (const [name, value] of this) call.call(self, value, name, this);
  }

  *entries(): IterableIterator<[string, string]> {
    for (const [name, value] of this.#pairs) yield [name, value];
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.#pairs) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.#pairs) yield value;
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join('&');
  }
}

function parseForm(text: string): [string, string][] {
  const decode = (part: string) =>
    percentDecode(part.replaceAll('+', ' '), (bytes) => new Utf8Decoder('utf-8', { ignoreBOM: true }).decode(bytes));
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });
}

function encodeForm(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
