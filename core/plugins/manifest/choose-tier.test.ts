import { expect, test } from 'vitest';
import { chooseTier, type TierQuestion } from './choose-tier.ts';

const all = new Set(['trusted', 'process', 'isolate'] as const);
const ask = (over: Partial<TierQuestion>) =>
  chooseTier({
    id: 'acme',
    asked: 'process',
    given: undefined,
    builtin: false,
    trusted: false,
    available: all,
    ...over,
  });

test.each<[Partial<TierQuestion>, string]>([
  [{}, 'process'],
  [{ given: 'isolate' }, 'isolate'],
  [{ asked: 'trusted', builtin: true }, 'trusted'],
  [{ asked: 'trusted', trusted: true }, 'trusted'],
  [{ asked: 'process', trusted: true }, 'process'],
  [{ asked: undefined }, 'process'],
  [{ asked: undefined, trusted: true }, 'process'],
  [{ asked: undefined, builtin: true }, 'trusted'],
  [{ asked: 'trusted', trusted: true, given: 'process' }, 'process'],
  [{ asked: 'trusted', given: 'process' }, 'process'],
])('%j runs in %s', (over, tier) => {
  expect(ask(over)).toBe(tier);
});

test.each<[Partial<TierQuestion>, string]>([
  [{ asked: 'trusted' }, 'PLUGIN_NOT_TRUSTED'],
  [{ asked: 'isolate', given: 'process' }, 'PLUGIN_TIER_LAXER'],
  [{ given: 'trusted' }, 'PLUGIN_TIER_LAXER'],
  [{ available: new Set(['trusted'] as const) }, 'PLUGIN_TIER_UNSUPPORTED'],
])('%j is refused with %s', (over, code) => {
  expect(() => ask(over)).toThrow(expect.objectContaining({ code }));
});
