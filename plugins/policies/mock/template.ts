import type { Exchange } from '@backplane/sdk';

/** A text made for a request. */
export type Template = (exchange: Exchange) => string;

type Read = (exchange: Exchange) => string | undefined;

const FIELD = /\{(?:(params|query|headers)\.([\w-]+)|(method|path|id))\}/g;

/** `{params.id}`, `{query.page}`, `{headers.x-user}`, `{method}`, `{path}`, `{id}`; any other brace is a brace. What is absent is empty. */
export function compileTemplate(text: string, escaped: (value: string) => string): Template {
  const parts: (string | Read)[] = [];
  let at = 0;
  for (const match of text.matchAll(FIELD)) {
    parts.push(text.slice(at, match.index), reader(match[1] ?? match[3]!, match[2] ?? ''));
    at = match.index + match[0].length;
  }
  const rest = text.slice(at);
  if (parts.length === 0) return () => text;
  return (exchange) =>
    parts.reduce<string>((made, part) => made + (typeof part === 'string' ? part : escaped(part(exchange) ?? '')), '') +
    rest;
}

function reader(source: string, name: string): Read {
  switch (source) {
    case 'params':
      return ({ route }) => route.params[name];
    case 'query':
      return ({ request }) => request.query(name);
    case 'headers':
      return ({ request }) => request.headers.get(name);
    case 'method':
      return ({ request }) => request.method;
    case 'path':
      return ({ request }) => request.path;
    default:
      return ({ id }) => id;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For texts of a type: what a caller sends must not become markup, or end a string of JSON. */
export function escapeFor(contentType: string): (value: string) => string {
  if (/json/i.test(contentType)) return (value) => JSON.stringify(value).slice(1, -1);
  if (/html|xml/i.test(contentType)) return (value) => value.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
  return (value) => value;
}

/** What cannot stand in a header is left out. */
export const escapeForHeader = (value: string) => value.replace(/[^\x20-\x7e]/g, '');
