import { SDK_GENERATION } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { checkConstant } from '../../registry/arguments/check-constant.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { entryPath } from './entry-path.ts';
import type { Manifest } from './manifest-schema.ts';
import { compileRange } from './version-range.ts';

/** Checks, before any code runs, that this plugin may run on this host. Gives the real path of its entry; throws a coded error. */
export function resolveManifest(
  candidate: Candidate,
  manifest: Manifest,
  config: PluginsConfig,
  hostVersion: string,
): string {
  const { id, origin, setting } = candidate;
  const position = setting === undefined ? {} : { position: setting.position };
  const source =
    origin.from === 'other' ? origin.text : `${origin.from}:${origin.from === 'builtin' ? id : origin.path}`;
  const pattern = config.deny.find((glob) => matches(glob, id) || matches(glob, source));
  if (pattern !== undefined) throw raise.PLUGIN_DENIED({ id, pattern }, position);
  if (manifest.id !== id) throw raise.PLUGIN_ID_MISMATCH({ expected: id, found: manifest.id }, position);
  if (!compileRange(manifest.host)!(hostVersion)) {
    throw raise.PLUGIN_HOST_RANGE({ id, range: manifest.host, version: hostVersion });
  }
  if (manifest.sdk !== SDK_GENERATION)
    throw raise.PLUGIN_SDK_GENERATION({ id, found: manifest.sdk, expected: SDK_GENERATION });
  if (manifest.tier !== 'trusted' && !config.trust.includes(id))
    throw raise.PLUGIN_TIER_UNSUPPORTED({ id, tier: manifest.tier });
  checkConfig(candidate, manifest);
  return entryPath(id, origin.from === 'other' ? '' : origin.path, manifest.entry);
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

/** `*` stands for any text. */
function matches(glob: string, text: string): boolean {
  const pattern = glob.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(text);
}
