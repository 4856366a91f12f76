import { type Exchange, exchangeTemplate, queryName } from '@backplane/sdk';
import type { PathRewriteSettings } from './settings.ts';

type Pair = readonly [name: string, raw: string];
export type RewriteQuery = (exchange: Exchange, query: string) => string;

/** Of what is not touched every character stays as it was sent. */
export function rewriteQuery(settings: NonNullable<PathRewriteSettings['query']>): RewriteQuery {
  const { remove, keep, rename, set, append } = settings;
  const names = new Set(remove.filter((name) => !name.endsWith('*')));
  const beginnings = remove.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const kept = keep === undefined ? undefined : new Set(keep);
  const templates = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).map(([name, text]) => ({ name, template: exchangeTemplate(text) }));
  const sets = templates(set);
  const appends = templates(append);
  const taken = new Set(sets.map(({ name }) => name));
  const isGone = (name: string) =>
    names.has(name) ||
    taken.has(name) ||
    (kept !== undefined && !kept.has(name)) ||
    beginnings.some((beginning) => name.startsWith(beginning));

  return (exchange, query) => {
    const pairs: string[] = [];
    for (const [name, raw] of pairsOf(query)) {
      const to = Object.hasOwn(rename, name) ? rename[name]! : name;
      if (isGone(to)) continue;
      if (to === name) pairs.push(raw);
      else pairs.push(encodeURIComponent(to) + (raw.includes('=') ? raw.slice(raw.indexOf('=')) : ''));
    }
    for (const { name, template } of [...sets, ...appends]) {
      const value = template.fill(exchange);
      if (value !== undefined) pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`);
    }
    return pairs.join('&');
  };
}

function pairsOf(query: string): Pair[] {
  return query
    .split('&')
    .filter((raw) => raw !== '')
    .map((raw) => [queryName(raw), raw]);
}
