import type { PolicyHeaders } from '@backplane/sdk';
import type { Limiter, Verdict } from './limiter.ts';

/** Writes what is left. Where several limits speak, `X-RateLimit-*` is of the one that has least left. */
export function limitHeaders(kind: 'both' | 'draft' | 'x' | 'none', name: string) {
  const quoted = `"${name.replace(/[^\w.-]/g, '_')}"`;
  return (headers: PolicyHeaders, { windowMs }: Limiter, { limit, remaining, resetMs }: Verdict): void => {
    if (kind === 'none') return;
    const resetSeconds = Math.ceil(resetMs / 1_000);
    if (kind !== 'x') {
      headers.append('ratelimit-policy', `${quoted};q=${limit};w=${Math.ceil(windowMs / 1_000)}`);
      headers.append('ratelimit', `${quoted};r=${remaining};t=${resetSeconds}`);
    }
    if (kind === 'draft') return;
    const said = headers.get('x-ratelimit-remaining');
    if (said !== undefined && Number(said) < remaining) return;
    headers.set('x-ratelimit-limit', String(limit));
    headers.set('x-ratelimit-remaining', String(remaining));
    headers.set('x-ratelimit-reset', String(resetSeconds));
  };
}
