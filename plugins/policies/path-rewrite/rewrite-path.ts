import { type Exchange, exchangeTemplate } from '@backplane/sdk';
import type { PathRewriteSettings } from './settings.ts';

/** Undefined: what came of it is no path, since a value was absent or would lead elsewhere. */
export type RewritePath = (exchange: Exchange, path: string) => string | undefined;

export function rewritePath({ stripPrefix, replace, addPrefix }: PathRewriteSettings): RewritePath {
  const prefix = stripPrefix?.replace(/\/$/, '');
  const steps = replace.map((step) => ({ match: new RegExp(step.match, 'u'), by: exchangeTemplate(step.with) }));
  const before = addPrefix === undefined ? undefined : exchangeTemplate(addPrefix.replace(/\/$/, ''));
  return (exchange, given) => {
    let path = given;
    if (
      prefix !== undefined &&
      path.startsWith(prefix) &&
      (path.length === prefix.length || path[prefix.length] === '/')
    )
      path = path.slice(prefix.length) || '/';
    for (const { match, by } of steps) {
      if (!match.test(path)) continue;
      const replacement = by.fill(exchange, encodeURIComponent);
      if (replacement === undefined) return undefined;
      path = path.replace(match, replacement);
    }
    if (before !== undefined) {
      const added = before.fill(exchange, encodeURIComponent);
      if (added === undefined) return undefined;
      path = added + path;
    }
    if (!path.startsWith('/')) path = `/${path}`;
    return isSafe(path) ? path : undefined;
  };
}

/** What a caller sends must not climb out of where the route leads, nor begin a query. */
function isSafe(path: string): boolean {
  return /^[\x21-\x7e]+$/.test(path) && !/[?#\\]|(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path);
}
