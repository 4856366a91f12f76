import type { PolicyHeaders } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { headerName } from './header-names.ts';
import { NO_VALUE } from './header-syntax.ts';

/** Headers as Node gives and takes them: name, value, name, value. What it was given is copied before the first change. */
export class WireHeaders implements PolicyHeaders {
  #raw: readonly string[];
  #own: string[] | undefined;

  constructor(raw: readonly string[]) {
    this.#raw = raw;
  }

  /** As they are now. */
  get raw(): readonly string[] {
    return this.#raw;
  }

  get(name: string): string | undefined {
    return rawHeader(this.#raw, headerName(name).lower);
  }

  all(name: string): readonly string[] {
    const wanted = headerName(name).lower;
    const values: string[] = [];
    for (let at = 0; at < this.#raw.length; at += 2) {
      if (isNamed(this.#raw[at]!, wanted)) values.push(this.#raw[at + 1]!);
    }
    return values;
  }

  /** Throws GATEWAY_HEADER_INVALID, also for text that would begin a header of its own. */
  set(name: string, value: string): void {
    check(name, value);
    const own = this.#writable();
    const wanted = headerName(name).lower;
    for (let at = 0; at < own.length; at += 2) {
      if (!isNamed(own[at]!, wanted)) continue;
      own[at + 1] = value;
      remove(own, wanted, at + 2);
      return;
    }
    own.push(name, value);
  }

  /** Throws GATEWAY_HEADER_INVALID. */
  append(name: string, value: string): void {
    check(name, value);
    this.#writable().push(name, value);
  }

  delete(name: string): void {
    const wanted = headerName(name).lower;
    if (rawHeader(this.#raw, wanted) !== undefined) remove(this.#writable(), wanted, 0);
  }

  *entries(): Iterable<readonly [name: string, value: string]> {
    for (let at = 0; at < this.#raw.length; at += 2) yield [this.#raw[at]!, this.#raw[at + 1]!];
  }

  #writable(): string[] {
    if (this.#own === undefined) {
      this.#own = this.#raw.slice();
      this.#raw = this.#own;
    }
    return this.#own;
  }
}

/** The first value of a header. `wanted` is lower case. */
export function rawHeader(raw: readonly string[], wanted: string): string | undefined {
  for (let at = 0; at < raw.length; at += 2) {
    if (isNamed(raw[at]!, wanted)) return raw[at + 1];
  }
  return undefined;
}

function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && (name === wanted || headerName(name).lower === wanted);
}

function remove(raw: string[], wanted: string, from: number): void {
  let to = from;
  for (let at = from; at < raw.length; at += 2) {
    if (isNamed(raw[at]!, wanted)) continue;
    raw[to] = raw[at]!;
    raw[to + 1] = raw[at + 1]!;
    to += 2;
  }
  raw.length = to;
}

function check(name: string, value: string): void {
  if (!headerName(name).isToken) throw raise.GATEWAY_HEADER_INVALID({ name });
  if (typeof value !== 'string' || NO_VALUE.test(value)) throw raise.GATEWAY_HEADER_INVALID({ name });
}
