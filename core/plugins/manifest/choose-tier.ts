import { raise } from '../../errors/catalogue.ts';
import type { TierName } from '../tiers/tier.ts';

/** From lax to strict. */
const STRICTNESS: readonly TierName[] = ['trusted', 'process', 'isolate'];

export interface TierQuestion {
  readonly id: string;
  /** What the manifest asks for, if it does. */
  readonly asked: TierName | undefined;
  /** `tier:` of the administrator. */
  readonly given: TierName | undefined;
  /** Part of this host. */
  readonly builtin: boolean;
  /** Named under `trust:`. */
  readonly trusted: boolean;
  /** What this host can run. */
  readonly available: ReadonlySet<TierName>;
}

/**
 * Where the code of a plugin runs: where its manifest asks to, or behind higher walls when the administrator says so. One that does not ask
 * has a process of its own, unless it is built in. The host process is for what is built in, and for what asks for it and is named under
 * `trust`. Throws PLUGIN_TIER_LAXER, PLUGIN_NOT_TRUSTED, PLUGIN_TIER_UNSUPPORTED.
 */
export function chooseTier({ id, asked, given, builtin, trusted, available }: TierQuestion): TierName {
  const own = asked ?? (builtin ? 'trusted' : 'process');
  if (given !== undefined && STRICTNESS.indexOf(given) < STRICTNESS.indexOf(own))
    throw raise.PLUGIN_TIER_LAXER({ id, asked: own, given });
  const tier = given ?? own;
  if (tier === 'trusted' && !builtin && !trusted) throw raise.PLUGIN_NOT_TRUSTED({ id });
  if (!available.has(tier)) throw raise.PLUGIN_TIER_UNSUPPORTED({ id, tier });
  return tier;
}
