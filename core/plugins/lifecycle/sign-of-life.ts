import { raise } from '../../errors/catalogue.ts';
import { thrownText } from '../thrown-text.ts';
import type { TierInstance } from '../tiers/tier.ts';

export interface SignOfLifeOptions {
  readonly id: string;
  readonly version: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Waits until the plugin answers. Throws PLUGIN_UNHEALTHY. */
export async function signOfLife(instance: TierInstance | undefined, options: SignOfLifeOptions): Promise<void> {
  const { id, version, limitMs, signal } = options;
  try {
    await instance?.ping(AbortSignal.any([AbortSignal.timeout(limitMs), signal]));
  } catch (cause) {
    throw raise.PLUGIN_UNHEALTHY({ id, version, problem: thrownText(cause) }, { cause });
  }
}
