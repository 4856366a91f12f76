import { type PolicyIdentity, queryName, type UpstreamExchange } from '@backplane/sdk';
import { type ClaimExpression, claimExpression } from './claim-expression.ts';
import type { ClaimsSettings } from './settings.ts';

/** Puts claims where the upstream looks for them, in place of whatever the caller sent there. Gives the name of a claim that is missing. */
export type ClaimsToRequest = (exchange: UpstreamExchange, identity: PolicyIdentity | undefined) => string | undefined;

interface Mapped {
  readonly name: string;
  readonly from: ClaimExpression;
}

export function claimsToRequest(config: ClaimsSettings): ClaimsToRequest {
  const mapped = (map: Readonly<Record<string, string>>): Mapped[] =>
    Object.entries(map).map(([name, text]) => ({ name, from: claimExpression(text, config.aliases) }));
  const headers = mapped(config.headers);
  const query = mapped(config.query).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Set(headers.map(({ name }) => name.toLowerCase().replaceAll('_', '-')));
  const path =
    config.path === undefined
      ? undefined
      : pathOf(config.path.template, mapped(config.path.values), config.encodedParams);
  const mustHave = config.missing === 'refuse';

  return (exchange, identity) => {
    const { upstream } = exchange;
    if (names.size > 0) dropHeaders(upstream.headers, names);
    let missing: string | undefined;
    for (const { name, from } of headers) {
      const value = identity && from(identity);
      if (value !== undefined) upstream.headers.set(name, headerText(value));
      else missing ??= name;
    }
    if (query.length > 0) {
      const pairs = keptPairs(upstream.path, query);
      for (const { name, from } of query) {
        const value = identity && from(identity);
        if (value !== undefined) pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
        else missing ??= name;
      }
      const [plain] = upstream.path.split('?', 1);
      upstream.path = pairs.length === 0 ? plain! : `${plain}?${pairs.join('&')}`;
    }
    if (path !== undefined) {
      const made = path(exchange, identity);
      if (made.missing !== undefined) return made.missing;
      const at = upstream.path.indexOf('?');
      const [before, query] = at < 0 ? [upstream.path, ''] : [upstream.path.slice(0, at), upstream.path.slice(at)];
      // Where the caller wrote no slash at the end, Ocelot sends none.
      const isTrimmed = config.encodedParams && !before.endsWith('/');
      upstream.path = (isTrimmed ? made.path.replace(/\/+$/, '') : made.path) + query;
    }
    return mustHave ? missing : undefined;
  };
}

/** Also `X_User_Id`, which many servers read as `X-User-Id`. */
function dropHeaders(headers: UpstreamExchange['upstream']['headers'], names: ReadonlySet<string>): void {
  const sent: string[] = [];
  for (const [name] of headers.entries()) if (names.has(name.toLowerCase().replaceAll('_', '-'))) sent.push(name);
  for (const name of sent) headers.delete(name);
}

function keptPairs(path: string, query: readonly Mapped[]): string[] {
  const at = path.indexOf('?');
  if (at < 0) return [];
  const ours = new Set(query.map(({ name }) => name.toLowerCase()));
  return path
    .slice(at + 1)
    .split('&')
    .filter((pair) => pair !== '' && !ours.has(queryName(pair).toLowerCase()));
}

/** Header values are ASCII; other signs, and then `%` too, are percent-encoded. */
function headerText(value: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$|^$/.test(value)) return value;
  return value.toWellFormed().replaceAll(/[^\x20-\x7e]|%|^ +| +$/gu, (signs) => encodeURIComponent(signs));
}

type MadePath = { readonly path: string; readonly missing?: undefined } | { readonly missing: string };

function pathOf(template: string, values: readonly Mapped[], encodedParams: boolean) {
  const parts = template.split(/\{([^{}]+)\}/);
  const claims = new Map(values.map(({ name, from }) => [name, from]));
  return ({ route }: UpstreamExchange, identity: PolicyIdentity | undefined): MadePath => {
    let path = '';
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]!;
      if (at % 2 === 0) {
        path += part;
        continue;
      }
      const isRest = part.endsWith('*');
      const name = isRest ? part.slice(0, -1) : part;
      const claim = claims.get(name);
      const value = claim === undefined ? route.params[name] : identity && claim(identity);
      if (value === undefined || value === '') {
        if (isRest && value === '') continue;
        return { missing: name };
      }
      const segments = isRest && claim === undefined ? value.split('/') : [value];
      // Two dots from a claim would lead out of the template.
      if (segments.some((segment) => segment === '.' || segment === '..')) return { missing: name };
      const isEncoded = encodedParams && claim === undefined;
      path += segments.map((segment) => (isEncoded ? segment : encodeURIComponent(segment.toWellFormed()))).join('/');
    }
    return { path };
  };
}
