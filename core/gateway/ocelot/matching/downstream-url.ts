import { cutTemplate, encodedTemplate, fillTemplate, type TemplateParameters } from './placeholders.ts';

/** Makes path and query for the upstream; `query` with its question mark, or empty. */
export type DownstreamUrl = (parameters: TemplateParameters, path: string, query: string) => string;

/** A DownstreamPathTemplate with Ocelot's rules: what becomes of the caller's query, and of a slash at the end. */
export function compileDownstreamUrl(written: string): DownstreamUrl {
  const template = encodedTemplate(written);
  const pieces = cutTemplate(template);
  return (parameters, path, query) => {
    let target = pieces.length === 1 ? template : fillTemplate(pieces, parameters);
    if (target.endsWith('/') && !path.endsWith('/')) target = target.replace(/\/+$/, '');
    const questionMark = target.indexOf('?');
    if (questionMark === -1) return withSlash(target) + remainingQuery(query, parameters);
    // A template whose query is one empty placeholder has none.
    if (query === '' || query === '?') return withSlash(target.endsWith('?') ? target.slice(0, -1) : target);
    return withSlash(target.slice(0, questionMark)) + mergedQuery(target.slice(questionMark), query, parameters);
  };
}

const withSlash = (target: string) => (target.startsWith('/') ? target : `/${target}`);

/** Parameters that are written the same after they were read. */
const PLAIN = /^\?[\w\-.~!$()*,;@]+=[\w\-.~!$()*,;@]*(?:&[\w\-.~!$()*,;@]+=[\w\-.~!$()*,;@]*)*$/;

/** What the caller sent, without what became part of the path. */
function remainingQuery(query: string, parameters: TemplateParameters): string {
  if (query === '' || query === '?') return '';
  const used = Object.keys(parameters);
  if (used.length === 0 || (PLAIN.test(query) && isUntouched(query, used))) return query;
  return rewrittenQuery(query, new Set(used.map((name) => name.toLowerCase())));
}

/** Whether none of its names is used up or comes twice: most queries, told without taking them apart. */
function isUntouched(query: string, used: readonly string[]): boolean {
  const names: string[] = [];
  for (let at = 1; at > 0; at = query.indexOf('&', at) + 1) {
    const name = query.slice(at, query.indexOf('=', at)).toLowerCase();
    if (names.includes(name) || names.length > 15) return false;
    names.push(name);
  }
  return used.every((name) => !names.includes(name.toLowerCase()));
}

function rewrittenQuery(query: string, used: ReadonlySet<string>): string {
  // Parameters come together under the first spelling of their name.
  const kept = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of new URLSearchParams(query)) {
    const key = name.toLowerCase();
    if (used.has(key)) continue;
    const known = kept.get(key);
    if (known === undefined) kept.set(key, { name, values: [value] });
    else known.values.push(value);
  }
  return written([...kept.values()].flatMap(({ name, values }) => values.map((value) => [name, value] as const)));
}

/** The template's parameters first, then those of the caller that are neither there nor used up. Parameters without `=` are lost. */
function mergedQuery(ofTemplate: string, ofCaller: string, parameters: TemplateParameters): string {
  const merged = collapsed(ofTemplate.replaceAll('?', '&'));
  const names = new Set([...merged.values()].map(([name]) => name));
  const used = new Set(Object.keys(parameters));
  const all = [...merged.values()];
  for (const [name, value] of collapsed(ofCaller.slice(1)).values()) {
    if (!used.has(name) && !names.has(name)) all.push([name, value]);
  }
  return written(all);
}

/** One entry a name, whatever its case; several values are one, with commas. */
function collapsed(query: string): Map<string, readonly [name: string, value: string]> {
  const found = new Map<string, readonly [string, string]>();
  const named = query.split('&').filter((part) => part.includes('='));
  for (const [name, value] of new URLSearchParams(named.join('&'))) {
    if (name === '') continue;
    const key = name.toLowerCase();
    const known = found.get(key);
    found.set(key, known === undefined ? [name, value] : [known[0], `${known[1]},${value}`]);
  }
  return found;
}

function written(parameters: readonly (readonly [string, string])[]): string {
  if (parameters.length === 0) return '';
  return `?${parameters.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')}`;
}

/** As .NET does it: `encodeURIComponent`, but `;` `,` `@` `$` stay and the apostrophe does not. */
function encoded(text: string): string {
  if (!/[^A-Za-z0-9\-._~!$()*,;@]/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replaceAll(/'|%(?:3B|2C|40|24)/g, (found) =>
    found === "'" ? '%27' : decodeURIComponent(found),
  );
}
