import type { PolicyRequest, UpstreamExchange } from './exchange.ts';
import { queryName } from './query-name.ts';

/** Where a request carries a credential. `prefix`: the word before it, as `Bearer` in `Authorization`. */
export type CredentialSource =
  | { readonly header: string; readonly prefix?: string }
  | { readonly cookie: string }
  | { readonly query: string };

function ofHeader(request: PolicyRequest, header: string, prefix: string | undefined): string | undefined {
  const values = request.headers.all(header);
  if (values.length === 0) return undefined;
  // Two of them: the upstream might believe the other one.
  if (values.length > 1) return values.some((value) => afterPrefix(value, prefix) !== undefined) ? '' : undefined;
  return afterPrefix(values[0]!, prefix);
}

function afterPrefix(value: string, prefix: string | undefined): string | undefined {
  if (prefix === undefined) return value.trim();
  const { length } = prefix;
  const isNamed = value.length >= length && value.slice(0, length).toLowerCase() === prefix.toLowerCase();
  if (!isNamed) return undefined;
  if (value.length === length) return '';
  return value.charCodeAt(length) === 0x20 ? value.slice(length + 1).trim() : undefined;
}

/**
 * The credential of the first source that has one. Undefined: none has. Empty: one is there and is none, since it was sent twice or stands
 * without a value; always a bad credential.
 */
export function findCredential(request: PolicyRequest, sources: readonly CredentialSource[]): string | undefined {
  for (const source of sources) {
    const found =
      'header' in source
        ? ofHeader(request, source.header, source.prefix)
        : 'cookie' in source
          ? request.cookie(source.cookie)
          : request.query(source.query);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Keeps a credential from the upstream: its header, its cookie, its parameter of the query. */
export function dropCredential({ upstream }: UpstreamExchange, sources: readonly CredentialSource[]): void {
  for (const source of sources) {
    if ('header' in source) {
      const values = upstream.headers.all(source.header);
      if (values.some((value) => afterPrefix(value, source.prefix) !== undefined))
        upstream.headers.delete(source.header);
    } else if ('cookie' in source) {
      const pairs = upstream.headers.all('cookie').flatMap((line) => line.split(/; */));
      const kept = pairs.filter((pair) => pair.split('=', 1)[0]?.trim() !== source.cookie);
      if (kept.length === pairs.length) continue;
      if (kept.length === 0) upstream.headers.delete('cookie');
      else upstream.headers.set('cookie', kept.join('; '));
    } else {
      const [path = '', query] = split(upstream.path);
      const kept = query?.split('&').filter((pair) => queryName(pair) !== source.query);
      if (kept !== undefined) upstream.path = kept.length === 0 ? path : `${path}?${kept.join('&')}`;
    }
  }
}

function split(path: string): [path: string, query?: string] {
  const at = path.indexOf('?');
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)];
}
