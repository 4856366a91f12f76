import { raise } from '../../errors/catalogue.ts';
import { NO_CODE } from '../adopt-plugin.ts';
import { hasNoCode } from '../manifest/has-no-code.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import type { Tier, TierInstance, TierLoad } from '../tiers/tier.ts';
import { TIER_LIMITS } from './plugin-settings.ts';
import { LATE, withinDeadline } from './within-deadline.ts';

export interface LoadRequest extends Omit<TierLoad, 'limits'> {
  readonly limitMs: number;
}

/** What a tier is told of a plugin; `onUse`: also what its code said of itself before, so that it need not be loaded yet. */
export function tierRequest(
  { id, integrity = '', recall }: Candidate,
  manifest: Manifest,
  folder: string,
  onUse: boolean,
): Pick<LoadRequest, 'artifact' | 'check' | 'described'> {
  const { check, described } = recall ?? {};
  return {
    artifact: { id, version: manifest.version, folder, manifest, integrity },
    ...(check && { check }),
    ...(onUse && described !== undefined && { described }),
  };
}

/** Loads a plugin in its tier. Undefined when it was called off; an instance that comes too late is ended. Throws PLUGIN_LOAD_TIMEOUT. */
export async function loadInTier(tier: Tier, { limitMs, ...request }: LoadRequest): Promise<TierInstance | undefined> {
  const { signal, artifact } = request;
  if (hasNoCode(artifact.manifest)) return withoutCode();
  using _turn = await tier.turns?.take(signal);
  if (signal.aborted) return undefined;
  const giveUp = new AbortController();
  const loading = tier.load({ ...request, limits: TIER_LIMITS, signal: AbortSignal.any([signal, giveUp.signal]) });
  const loaded = await withinDeadline(loading, limitMs, signal);
  if (loaded !== LATE && !signal.aborted) return loaded;
  giveUp.abort();
  loading.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined);
  if (signal.aborted) return undefined;
  throw raise.PLUGIN_LOAD_TIMEOUT({ id: artifact.id, limitMs });
}

/** Nothing runs, so nothing can be lost. */
function withoutCode(): TierInstance {
  const lost = Promise.withResolvers<string>().promise;
  return { plugin: NO_CODE, lost, async ping() {}, async [Symbol.asyncDispose]() {} };
}
