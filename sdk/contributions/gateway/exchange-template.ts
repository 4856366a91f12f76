import type { Exchange } from './exchange.ts';

/** A text with values of a request in it. */
export interface ExchangeTemplate {
  /** The same for every request. */
  readonly isFixed: boolean;
  /** Undefined where a value is absent. `escaped` is applied to each value, never to the text around them. */
  fill(exchange: Exchange, escaped?: (value: string) => string): string | undefined;
}

type Read = (exchange: Exchange) => string | undefined;

const PLACEHOLDER = /\{([A-Za-z]+(?:\.[^{}\s]+)?)\}/g;

/**
 * `{correlationId}`, `{clientAddress}`, `{route}`, `{method}`, `{path}`, `{host}`, `{scheme}`, `{subject}`, `{param.id}`, `{query.page}`,
 * `{header.x-user}`, `{claim.role}`, `{claim.realm_access.roles}` stand for values of the request; other braces are braces. Throws a TypeError
 * for a placeholder that there is not.
 */
export function exchangeTemplate(text: string): ExchangeTemplate {
  const parts: (string | Read)[] = [];
  let at = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(readerOf(match[1]!));
    at = match.index + match[0].length;
  }
  if (parts.length === 0) return { isFixed: true, fill: () => text };
  if (at < text.length) parts.push(text.slice(at));
  return {
    isFixed: false,
    fill(exchange, escaped) {
      let filled = '';
      for (const part of parts) {
        if (typeof part === 'string') {
          filled += part;
          continue;
        }
        const value = part(exchange);
        if (value === undefined) return undefined;
        filled += escaped === undefined ? value : escaped(value);
      }
      return filled;
    },
  };
}

const PLAIN: Readonly<Record<string, Read>> = {
  correlationId: ({ id }) => id,
  clientAddress: ({ request }) => request.clientAddress,
  route: ({ route }) => route.id,
  method: ({ request }) => request.method,
  path: ({ request }) => request.path,
  host: ({ request }) => request.host,
  scheme: ({ request }) => request.scheme,
  subject: ({ identity }) => identity?.subject,
};

function readerOf(placeholder: string): Read {
  const [source = '', ...rest] = placeholder.split('.');
  const name = rest.join('.');
  if (name === '') {
    if (Object.hasOwn(PLAIN, source)) return PLAIN[source]!;
  } else if (source === 'param')
    return ({ route: { params } }) => (Object.hasOwn(params, name) ? params[name] : undefined);
  else if (source === 'query') return ({ request }) => request.query(name);
  else if (source === 'header') return ({ request }) => request.headers.get(name);
  else if (source === 'claim') return claimReader(name, rest);
  const known = [...Object.keys(PLAIN), 'param.NAME', 'query.NAME', 'header.NAME', 'claim.NAME'];
  throw new TypeError(`{${placeholder}} is no value of a request; there are ${known.join(', ')}`);
}

/** The name as it stands first: claims may be URIs. */
function claimReader(name: string, path: readonly string[]): Read {
  return ({ identity }) => {
    if (identity === undefined) return undefined;
    const { claims } = identity;
    return textOf(Object.hasOwn(claims, name) ? claims[name] : path.reduce<unknown>(member, claims));
  };
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(textOf).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(',');
}
