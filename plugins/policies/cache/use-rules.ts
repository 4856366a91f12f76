import type { PolicyHeaders } from '@backplane/sdk';
import { directiveMs, parseDirectives } from './directives.ts';
import type { StoredAnswer } from './stored-answer.ts';

/** `stale`: usable when the upstream fails or while another request asks it; the flags say which. */
export type Use =
  | { readonly as: 'fresh' }
  | { readonly as: 'stale'; readonly whileOthersAsk: boolean; readonly ifError: boolean };

/** What the caller wants of caches. */
export interface Wish {
  /** Neither kept nor taken from what is kept. */
  readonly noStore: boolean;
  readonly onlyIfCached: boolean;
  /** Asks for the upstream's own word. */
  readonly reload: boolean;
  readonly maxAgeMs: number | undefined;
  readonly minFreshMs: number;
  /** Infinity: any. */
  readonly maxStaleMs: number;
}

export function wishOf(headers: PolicyHeaders): Wish {
  const header =
    headers.get('cache-control') ?? (/no-cache/i.test(headers.get('pragma') ?? '') ? 'no-cache' : undefined);
  const said = parseDirectives(header);
  return {
    noStore: said.has('no-store'),
    onlyIfCached: said.has('only-if-cached'),
    reload: said.has('no-cache'),
    maxAgeMs: directiveMs(said, 'max-age'),
    minFreshMs: directiveMs(said, 'min-fresh') ?? 0,
    maxStaleMs: said.get('max-stale') === true ? Number.POSITIVE_INFINITY : (directiveMs(said, 'max-stale') ?? 0),
  };
}

/** What an answer is good for, by RFC 9111, 4.2, and RFC 5861. */
export function useOf(
  { policy, mustRevalidate, staleWhileRevalidateMs, staleIfErrorMs }: StoredAnswer,
  wish: Wish,
): Use {
  const ageMs = policy.age() * 1_000;
  const leftMs = policy.maxAge() * 1_000 - ageMs;
  const isYoung = wish.maxAgeMs === undefined || ageMs <= wish.maxAgeMs;
  if (!wish.reload && isYoung && leftMs > 0 && leftMs >= wish.minFreshMs) return { as: 'fresh' };
  if (!wish.reload && isYoung && !mustRevalidate && wish.maxStaleMs > 0 && -leftMs <= wish.maxStaleMs)
    return { as: 'fresh' };
  return {
    as: 'stale',
    whileOthersAsk: !wish.reload && isYoung && -leftMs < staleWhileRevalidateMs,
    ifError: -leftMs < staleIfErrorMs,
  };
}
