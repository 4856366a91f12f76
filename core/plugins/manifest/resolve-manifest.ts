import { type ContributionKind, SDK_GENERATION } from '@backplane/sdk';
import { INDEX_KEYS } from '@backplane/sdk/host';
import { raise } from '../../errors/catalogue.ts';
import { checkConstant } from '../../registry/arguments/check-constant.ts';
import { grantedCapabilities } from '../capabilities/asked-capabilities.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { matchesGlob } from '../matches-glob.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { KIND_SHAPES } from '../tiers/crossing/kind-shapes.ts';
import type { TierName } from '../tiers/tier.ts';
import { chooseTier } from './choose-tier.ts';
import { entryPath } from './entry-path.ts';
import { hasNoCode } from './has-no-code.ts';
import type { Manifest } from './manifest-schema.ts';
import { compileRange } from './version-range.ts';

export interface HostFacts {
  readonly config: PluginsConfig;
  readonly hostVersion: string;
  /** The tiers that this host can run. */
  readonly available: ReadonlySet<TierName>;
}

/** What a manifest leads to on this host. */
export interface ResolvedManifest {
  /** Real path; absent: a plugin without code. */
  readonly entry?: string;
  readonly tier: TierName;
}

/** Checks, before any code runs, that this plugin may run on this host. Throws a coded error. */
export function resolveManifest(
  candidate: Candidate,
  manifest: Manifest,
  { config, hostVersion, available }: HostFacts,
): ResolvedManifest {
  const { id, origin, setting } = candidate;
  const position = setting === undefined ? {} : { position: setting.position };
  const source = sourceText(id, origin);
  const pattern = config.deny.find((glob) => matchesGlob(glob, id) || matchesGlob(glob, source));
  if (pattern !== undefined) throw raise.PLUGIN_DENIED({ id, pattern }, position);
  if (manifest.id !== id) throw raise.PLUGIN_ID_MISMATCH({ expected: id, found: manifest.id }, position);
  if (!compileRange(manifest.host)!(hostVersion)) {
    throw raise.PLUGIN_HOST_RANGE({ id, range: manifest.host, version: hostVersion });
  }
  if (manifest.sdk !== SDK_GENERATION)
    throw raise.PLUGIN_SDK_GENERATION({ id, found: manifest.sdk, expected: SDK_GENERATION });
  const tier = chooseTier({
    id,
    asked: manifest.tier,
    given: setting?.tier,
    builtin: origin.from === 'builtin',
    trusted: config.trust.includes(id),
    available,
  });
  refuseKinds(id, manifest, tier);
  grantedCapabilities(id, manifest.capabilities as Capabilities, setting?.grants);
  checkConfig(candidate, manifest);
  if (hasNoCode(manifest)) return { tier };
  return { entry: entryPath(id, origin.from === 'other' ? '' : origin.path, manifest.entry), tier };
}

/** What cannot leave the host's process is not tried elsewhere. */
function refuseKinds(id: string, { contributes }: Manifest, tier: TierName): void {
  if (tier === 'trusted') return;
  for (const [kind, shape] of Object.entries(KIND_SHAPES))
    if (shape.is === 'trusted' && Object.keys(contributes[INDEX_KEYS[kind as ContributionKind]]).length > 0)
      throw raise.PLUGIN_TIER_KIND({ id, tier, kind, because: shape.because });
}

function sourceText(id: string, origin: Candidate['origin']): string {
  if ('text' in origin) return origin.text;
  return `${origin.from}:${origin.from === 'builtin' ? id : origin.path}`;
}

function checkConfig({ id, setting }: Candidate, manifest: Manifest): void {
  if (setting === undefined || manifest.config === undefined) return;
  const found = checkConstant(setting.config ?? {}, manifest.config);
  if (found.length === 0) return;
  const problems = found.map(
    ({ path, expected, found: got }) =>
      `${path.length === 0 ? 'config' : path.join('.')}: ${got} does not fit, expected ${expected}`,
  );
  throw raise.PLUGIN_CONFIG_INVALID({ id, problems }, { position: setting.configPosition(found[0]!.path) });
}
