import { FRAGMENT_SET, percentEncode, USERINFO_SET } from './percent-encoding.ts';
import {
  encodeQuery,
  isSpecial,
  parseHostAndPort,
  parsePath,
  parsePort,
  parseUrl,
  serializePath,
  serializeUrl,
  type UrlRecord,
} from './url-record.ts';
import { SearchParams } from './url-search-params.ts';

/** The web's URL, without `createObjectURL`. International host names are mapped without Unicode's tables (see `url-host.ts`). */
export class Url {
  #url: UrlRecord;
  #params: SearchParams | undefined;

  constructor(input: unknown, base?: unknown) {
    const parsed = parseWithBase(input, base);
    if (parsed === undefined) throw new TypeError(`Invalid URL: ${String(input)}`);
    this.#url = parsed;
  }

  static canParse(input: unknown, base?: unknown): boolean {
    return parseWithBase(input, base) !== undefined;
  }

  static parse(input: unknown, base?: unknown): Url | null {
    return Url.canParse(input, base) ? new Url(input, base) : null;
  }

  get href(): string {
    return serializeUrl(this.#url);
  }
  set href(value: string) {
    const parsed = parseUrl(String(value));
    if (parsed === undefined) throw new TypeError(`Invalid URL: ${String(value)}`);
    this.#url = parsed;
    this.#rebind();
  }
  get origin(): string {
    const { scheme } = this.#url;
    return isSpecial(scheme) && scheme !== 'file' ? `${this.protocol}//${this.host}` : 'null';
  }
  get protocol(): string {
    return `${this.#url.scheme}:`;
  }
  set protocol(value: string) {
    const scheme = /^([a-z][a-z0-9+\-.]*)(:|$)/i.exec(String(value))?.[1]?.toLowerCase();
    if (scheme === undefined || isSpecial(scheme) !== isSpecial(this.#url.scheme)) return;
    if (
      scheme === 'file'
        ? this.#url.username !== '' || this.#url.port !== ''
        : this.#url.scheme === 'file' && !this.#url.host
    )
      return;
    this.#url.scheme = scheme;
    this.#url.port = parsePort(this.#url.port, scheme) ?? '';
  }
  get username(): string {
    return this.#url.username;
  }
  set username(value: string) {
    if (this.#url.host && this.#url.scheme !== 'file') this.#url.username = percentEncode(String(value), USERINFO_SET);
  }
  get password(): string {
    return this.#url.password;
  }
  set password(value: string) {
    if (this.#url.host && this.#url.scheme !== 'file') this.#url.password = percentEncode(String(value), USERINFO_SET);
  }
  get host(): string {
    return this.#url.port === '' ? this.hostname : `${this.hostname}:${this.#url.port}`;
  }
  set host(value: string) {
    const place =
      typeof this.#url.path === 'string' ? undefined : parseHostAndPort(authorityOf(value), this.#url.scheme);
    if (place === undefined || (place.host === '' && isSpecial(this.#url.scheme))) return;
    this.#url.host = place.host;
    if (/:\d[^:]*$/.test(authorityOf(value))) this.#url.port = place.port;
  }
  get hostname(): string {
    return this.#url.host ?? '';
  }
  set hostname(value: string) {
    const place =
      typeof this.#url.path === 'string' ? undefined : parseHostAndPort(authorityOf(value), this.#url.scheme);
    if (/:/.test(String(value).replace(/^\[[^\]]*\]/, ''))) return; // a port is not part of a host name
    if (place !== undefined && (place.host !== '' || !isSpecial(this.#url.scheme))) this.#url.host = place.host;
  }
  get port(): string {
    return this.#url.port;
  }
  set port(value: string) {
    const digits = /^\d*/.exec(String(value))![0];
    if (!this.#url.host || this.#url.scheme === 'file' || (digits === '' && String(value) !== '')) return;
    this.#url.port = parsePort(digits, this.#url.scheme) ?? this.#url.port;
  }
  get pathname(): string {
    return serializePath(this.#url);
  }
  set pathname(value: string) {
    if (typeof this.#url.path === 'string') return;
    const text = String(value).replace(isSpecial(this.#url.scheme) ? /^[/\\]/ : /^\//, '');
    const empty = String(value) === '' && !isSpecial(this.#url.scheme);
    this.#url.path = empty ? [] : parsePath(text.replace(/[#?]/g, encodeURIComponent), [], this.#url.scheme);
  }
  get search(): string {
    return this.#url.query ? `?${this.#url.query}` : '';
  }
  set search(value: string) {
    const text = String(value).replace(/^\?/, '');
    this.#url.query = text === '' ? null : encodeQuery(text, this.#url.scheme);
    this.#rebind();
  }
  get searchParams(): SearchParams {
    if (this.#params === undefined) {
      this.#params = new SearchParams();
      this.#rebind();
    }
    return this.#params;
  }
  get hash(): string {
    return this.#url.fragment ? `#${this.#url.fragment}` : '';
  }
  set hash(value: string) {
    const text = String(value).replace(/^#/, '');
    this.#url.fragment = text === '' ? null : percentEncode(text, FRAGMENT_SET);
  }

  #rebind(): void {
    const params = this.#params;
    if (params === undefined) return;
    SearchParams.bind(params, this.#url.query, () => {
      this.#url.query = params.size === 0 ? null : params.toString();
    });
  }

  toString(): string {
    return this.href;
  }
  toJSON(): string {
    return this.href;
  }
}

function parseWithBase(input: unknown, base: unknown): UrlRecord | undefined {
  if (base === undefined) return parseUrl(String(input));
  const parsed = parseUrl(String(base));
  return parsed === undefined ? undefined : parseUrl(String(input), parsed);
}

function authorityOf(value: unknown): string {
  return /^[^/?#\\]*/.exec(String(value))![0];
}
