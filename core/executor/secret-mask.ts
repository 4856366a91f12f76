import { isRecord } from '../language/values/is-record.ts';

export const MASK = '***';
/** A single character would blacken every text; it is no secret either. */
const SHORTEST = 2;
/** Shorter ones are left in keys: hiding every key that happens to contain `id` would destroy results. */
const SHORTEST_IN_KEYS = 8;
/** What shorter ones look like in Base64 occurs by chance. */
const SHORTEST_IN_BASE64 = 6;
const MAX_DEPTH = 20;

/** Shorter ones are hidden only where they were handed out: `eu` in a secret must not blacken what other steps give. */
const SHORTEST_SHARED = 8;
/** Lines of a secret, a private key's say, that are hidden by themselves too. */
const SHORTEST_LINE = 16;

/** The secret values that were handed to a run, and what hides them again. Also hides their URL- and JSON-escaped forms, and those in Base64. */
export class SecretMask {
  readonly #values = new Set<string>();
  /** Shorter texts and keys cannot hold a secret: most need no search. */
  #shortest = Number.POSITIVE_INFINITY;
  #shortestInKeys = Number.POSITIVE_INFINITY;
  #built: { readonly inText: RegExp; readonly inKeys: RegExp } | undefined;
  /** Of the run, when this one is of an attempt of it. */
  readonly #shared: SecretMask | undefined;

  /** With that of a run, what is long enough to be a secret for sure is hidden there as well, and what others were handed is hidden here. */
  constructor(shared?: SecretMask) {
    this.#shared = shared;
  }

  add(secret: string): void {
    if (secret.length < SHORTEST || this.#values.has(secret)) return;
    if (this.#shared !== undefined && secret.length >= SHORTEST_SHARED) {
      this.#shared.add(secret);
      return;
    }
    for (const form of [...formsOf(secret), ...linesOf(secret)]) {
      this.#values.add(form);
      this.#shortest = Math.min(this.#shortest, form.length);
      if (form.length >= SHORTEST_IN_KEYS) this.#shortestInKeys = Math.min(this.#shortestInKeys, form.length);
    }
    this.#built = undefined;
  }

  text(text: string): string {
    // The longer ones first, of which a shorter one may be a part.
    const rest = this.#shared === undefined ? text : this.#shared.text(text);
    if (rest.length < this.#shortest) return rest;
    for (const value of this.#values) {
      if (rest.includes(value)) return rest.replace(this.#patterns().inText, MASK);
    }
    return rest;
  }

  /** A key that hides long secrets and differs from those that are `taken`. */
  key(key: string, taken: ReadonlyMap<string, unknown> | undefined): string {
    const rest = this.#shared === undefined ? key : this.#shared.key(key, undefined);
    const masked = rest.length < this.#shortestInKeys ? rest : rest.replace(this.#patterns().inKeys, MASK);
    let free = masked;
    for (let count = 2; taken?.has(free); count++) free = `${masked} ${count}`;
    return free;
  }

  /** True for a number whose digits are a secret, such as a PIN. */
  hidesNumber(value: number | bigint): boolean {
    if (this.#shared?.hidesNumber(value)) return true;
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
    const copy = new Map<string, unknown>();
    for (const [key, member] of Object.entries(value)) copy.set(this.key(key, copy), this.loggable(member, depth + 1));
    return Object.fromEntries(copy);
  }

  /** Longest first, so that a secret that contains another is hidden whole. */
  #patterns(): { readonly inText: RegExp; readonly inKeys: RegExp } {
    const values = () => [...this.#values].sort((a, b) => b.length - a.length);
    this.#built ??= {
      inText: anyOf(values()),
      inKeys: anyOf(values().filter((value) => value.length >= SHORTEST_IN_KEYS)),
    };
    return this.#built;
  }
}

/** Whether somebody quotes it in a URL, a form, JSON or Base64. */
function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const inForm = new URLSearchParams([['', secret.toWellFormed()]]).toString().slice(1);
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const ascii = json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    secret,
    inUrl,
    lower(inUrl),
    // Python leaves slashes as they are.
    inUrl.replaceAll('%2F', '/'),
    inForm,
    lower(inForm),
    json,
    ascii,
    ...inBase64(secret),
  ];
}

function linesOf(secret: string): readonly string[] {
  if (!secret.includes('\n')) return [];
  const lines = secret.split('\n').map((line) => line.trim());
  return [secret.trim(), ...lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'))];
}

/**
 * What Base64 makes of a secret, wherever in the encoded text it stands (`Basic` headers encode `user:password`): the characters that
 * depend on nothing beside it, at each of the three places where it may begin.
 */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < SHORTEST_IN_BASE64) return [];
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    const part = text.slice([0, 2, 3][before], whole);
    return [part, part.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function anyOf(texts: readonly string[]): RegExp {
  return new RegExp(texts.map(RegExp.escape).join('|'), 'g');
}
