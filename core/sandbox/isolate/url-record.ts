import {
  FRAGMENT_SET,
  PATH_SET,
  percentEncode,
  QUERY_SET,
  SPECIAL_QUERY_SET,
  USERINFO_SET,
} from './percent-encoding.ts';
import { parseHost } from './url-host.ts';

/** The parts of a URL, as the URL standard names them. An opaque path (`mailto:…`) is a string. */
export interface UrlRecord {
  scheme: string;
  username: string;
  password: string;
  host: string | null;
  port: string;
  path: string[] | string;
  query: string | null;
  fragment: string | null;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: '80',
  https: '443',
  ws: '80',
  wss: '443',
  ftp: '21',
  file: '',
};

export function isSpecial(scheme: string): boolean {
  return Object.hasOwn(DEFAULT_PORTS, scheme);
}

/** Parses as the URL standard does; undefined for what is not a URL. */
export function parseUrl(input: string, base?: UrlRecord): UrlRecord | undefined {
  const text = input.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '').replace(/[\t\n\r]/g, '');
  const hash = text.indexOf('#');
  const main = hash < 0 ? text : text.slice(0, hash);
  const url = parseMain(main, base, hash >= 0);
  if (url !== undefined) url.fragment = hash < 0 ? null : percentEncode(text.slice(hash + 1), FRAGMENT_SET);
  return url;
}

function parseMain(main: string, base: UrlRecord | undefined, hasFragment: boolean): UrlRecord | undefined {
  const scheme = /^([a-z][a-z0-9+\-.]*):/i.exec(main)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (base === undefined) return undefined;
    if (typeof base.path === 'string') return main === '' && hasFragment ? { ...base } : undefined;
    return base.scheme === 'file' ? parseFile(main, base) : parseRelative(main, base);
  }
  const rest = main.slice(scheme.length + 1);
  if (scheme === 'file') return parseFile(rest, base?.scheme === 'file' ? base : undefined);
  if (isSpecial(scheme)) {
    if (base?.scheme === scheme && !rest.startsWith('//')) return parseRelative(rest, base);
    return parseAuthority(rest.replace(/^[/\\]*/, ''), scheme);
  }
  if (rest.startsWith('//')) return parseAuthority(rest.slice(2), scheme);
  const [path, query] = splitQuery(rest, scheme);
  const url = { ...emptyUrl(scheme), query };
  if (path.startsWith('/')) return { ...url, path: parsePath(path.slice(1), [], scheme) };
  const opaque = path.replace(/[^\x20-\x7e]/gu, (sign) => percentEncode(sign, ''));
  return { ...url, path: opaque.replace(/ $/, query !== null || hasFragment ? '%20' : '') };
}

function emptyUrl(scheme: string): UrlRecord {
  return { scheme, username: '', password: '', host: null, port: '', path: [], query: null, fragment: null };
}

function splitQuery(text: string, scheme: string): [path: string, query: string | null] {
  const mark = text.indexOf('?');
  if (mark < 0) return [text, null];
  return [text.slice(0, mark), encodeQuery(text.slice(mark + 1), scheme)];
}

export function encodeQuery(query: string, scheme: string): string {
  return percentEncode(query, isSpecial(scheme) ? SPECIAL_QUERY_SET : QUERY_SET);
}

function parseAuthority(text: string, scheme: string): UrlRecord | undefined {
  const special = isSpecial(scheme);
  const end = text.search(special ? /[/\\?]/ : /[/?]/);
  const authority = end < 0 ? text : text.slice(0, end);
  const at = authority.lastIndexOf('@');
  const credentials = authority.slice(0, Math.max(at, 0));
  const split = credentials.indexOf(':');
  const url = emptyUrl(scheme);
  url.username = percentEncode(split < 0 ? credentials : credentials.slice(0, split), USERINFO_SET);
  url.password = split < 0 ? '' : percentEncode(credentials.slice(split + 1), USERINFO_SET);
  const place = parseHostAndPort(authority.slice(at + 1), scheme);
  if (place === undefined || (place.host === '' && (special || at >= 0 || place.port !== ''))) return undefined;
  Object.assign(url, place);
  const [path, query] = splitQuery(end < 0 ? '' : text.slice(end), scheme);
  url.query = query;
  url.path = path === '' && !special ? [] : parsePath(path.slice(1), [], scheme);
  return url;
}

/** A host with an optional port; the scheme's own port is left out. */
export function parseHostAndPort(text: string, scheme: string): { host: string; port: string } | undefined {
  const [, hostText, portText] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text) ?? [];
  if (hostText === undefined || (hostText === '' && portText !== undefined)) return undefined;
  const port = parsePort(portText ?? '', scheme);
  const host = hostText === '' ? '' : parseHost(hostText, isSpecial(scheme));
  return host === undefined || port === undefined ? undefined : { host, port };
}

export function parsePort(text: string, scheme: string): string | undefined {
  if (text === '') return '';
  if (!/^\d+$/.test(text) || Number(text) > 65_535) return undefined;
  return String(Number(text)) === DEFAULT_PORTS[scheme] ? '' : String(Number(text));
}

/** Adds the segments of `text` to `start`, resolving `.` and `..`. */
export function parsePath(text: string, start: readonly string[], scheme: string): string[] {
  const path = [...start];
  const segments = text.split(isSpecial(scheme) ? /[/\\]/ : '/');
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    const plain = segment.replace(/%2e/gi, '.');
    if (plain === '..') {
      shorten(path, scheme);
      if (last) path.push('');
    } else if (plain === '.') {
      if (last) path.push('');
    } else if (scheme === 'file' && path.length === 0 && isDriveLetter(segment)) {
      path.push(`${segment[0]}:`);
    } else path.push(percentEncode(segment, PATH_SET));
  }
  return path;
}

function shorten(path: string[], scheme: string): void {
  if (scheme === 'file' && path.length === 1 && /^[a-z]:$/i.test(path[0]!)) return;
  path.pop();
}

function isDriveLetter(text: string): boolean {
  return /^[a-z][:|]$/i.test(text);
}

function startsWithDriveLetter(text: string): boolean {
  return /^[a-z][:|]($|[/\\?])/i.test(text);
}

function parseRelative(main: string, base: UrlRecord): UrlRecord | undefined {
  const slashes = isSpecial(base.scheme) ? main.replace(/^[^?]*/, (path) => path.replaceAll('\\', '/')) : main;
  if (slashes.startsWith('//'))
    return parseAuthority(isSpecial(base.scheme) ? main.replace(/^[/\\]*/, '') : main.slice(2), base.scheme);
  const [path, query] = splitQuery(main, base.scheme);
  if (path === '')
    return { ...base, path: [...base.path], query: main.startsWith('?') ? query : base.query, fragment: null };
  if (slashes.startsWith('/')) return { ...base, path: parsePath(path.slice(1), [], base.scheme), query };
  const above = [...base.path];
  shorten(above, base.scheme);
  return { ...base, path: parsePath(path, above, base.scheme), query };
}

function parseFile(main: string, base: UrlRecord | undefined): UrlRecord | undefined {
  const url: UrlRecord = { ...emptyUrl('file'), host: '' };
  const [path, query] = splitQuery(main, 'file');
  if (/^[/\\]{2}/.test(path)) {
    const [, hostText, rest] = /^..([^/\\]*)(.*)$/s.exec(path)!;
    if (isDriveLetter(hostText!)) return { ...url, query, path: parsePath(path.slice(2), [], 'file') };
    const host = hostText === '' ? '' : parseHost(hostText!, true);
    if (host === undefined) return undefined;
    return { ...url, query, host: host === 'localhost' ? '' : host, path: parsePath(rest!.slice(1), [], 'file') };
  }
  const basePath = base === undefined ? [] : (base.path as string[]);
  if (/^[/\\]/.test(path)) {
    const drive = !startsWithDriveLetter(path.slice(1)) && /^[a-z]:$/i.test(basePath[0] ?? '') ? [basePath[0]!] : [];
    return { ...url, query, host: base?.host ?? '', path: parsePath(path.slice(1), drive, 'file') };
  }
  if (base === undefined) return { ...url, query, path: parsePath(path, [], 'file') };
  if (path === '')
    return { ...url, host: base.host, path: [...basePath], query: main.startsWith('?') ? query : base.query };
  const above = startsWithDriveLetter(path) ? [] : [...basePath];
  if (!startsWithDriveLetter(path)) shorten(above, 'file');
  return { ...url, query, host: base.host, path: parsePath(path, above, 'file') };
}

export function serializePath(url: UrlRecord): string {
  return typeof url.path === 'string' ? url.path : url.path.map((segment) => `/${segment}`).join('');
}

export function serializeUrl(url: UrlRecord): string {
  const credentials = url.username + (url.password === '' ? '' : `:${url.password}`);
  const ambiguous = url.host === null && Array.isArray(url.path) && url.path.length > 1 && url.path[0] === '';
  return (
    `${url.scheme}:` +
    (url.host === null
      ? ''
      : `//${credentials === '' ? '' : `${credentials}@`}${url.host}${url.port === '' ? '' : `:${url.port}`}`) +
    (ambiguous ? '/.' : '') +
    serializePath(url) +
    (url.query === null ? '' : `?${url.query}`) +
    (url.fragment === null ? '' : `#${url.fragment}`)
  );
}
