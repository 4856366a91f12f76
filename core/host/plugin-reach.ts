import { join } from 'node:path';
import type { LoadPluginsOptions } from '../plugins/load-plugins.ts';
import type { PluginsLock } from '../plugins/lock/lock-entry.ts';
import { lockedSource } from '../plugins/sources/locked-source.ts';
import { pluginStoreIn } from '../plugins/store/open-plugin-store.ts';
import { createTiers } from '../plugins/tiers/create-tiers.ts';
import type { RemoteOptions } from '../plugins/tiers/remote/remote-plugin.ts';
import { standingTier } from '../plugins/tiers/standing-tier.ts';
import { CHECKOUT } from './checkout.ts';
import type { LiveGitSources } from './live-git-sources.ts';
import { openPluginSources, type PluginSourcesOptions } from './plugin-sources.ts';

export const BUILTIN_DIRS: readonly string[] = ['actions', 'oauth', 'policies', 'discovery'].map((area) =>
  join(CHECKOUT, 'plugins', area),
);

export interface PluginReachOptions extends RemoteOptions {
  /** Absent: plugins are built in or folders. */
  readonly fetching?: PluginSourcesOptions | undefined;
  /** For tools without a host; in place of `fetching`. */
  readonly standing?: StandingPlugins | undefined;
}

/** What lies on this machine already: exactly what the lock names, from the store of a data folder. */
export interface StandingPlugins {
  readonly dataDir: string;
  readonly lock: PluginsLock;
}

export interface PluginReach
  extends AsyncDisposable,
    Required<Pick<LoadPluginsOptions, 'builtinDirs' | 'tiers' | 'sources'>> {
  /** Absent where nothing is fetched. */
  readonly git?: LiveGitSources;
}

/** What plugins of this host can be and where they come from: the one place where tiers and sources are put together. */
export function openPluginReach({ fetching, standing, ...remote }: PluginReachOptions): PluginReach {
  const held = new AsyncDisposableStack();
  const { process, isolate, trusted } = createTiers(remote);
  const own = [held.use(process), held.use(isolate)];
  const end = { [Symbol.asyncDispose]: () => held.disposeAsync() };
  if (standing !== undefined) {
    const store = pluginStoreIn(join(standing.dataDir, 'plugins'));
    const tiers = [...own, trusted].map((tier) => standingTier(tier, store));
    const sources = (['npm', 'archive', 'git'] as const).map((kind) =>
      lockedSource({ kind, lock: standing.lock, store }),
    );
    return {
      builtinDirs: BUILTIN_DIRS,
      tiers,
      sources: new Map(sources.map((source) => [source.kind, source])),
      ...end,
    };
  }
  const { sources = new Map(), git } = fetching === undefined ? {} : held.use(openPluginSources(fetching));
  return { builtinDirs: BUILTIN_DIRS, tiers: own, sources, ...(git !== undefined && { git }), ...end };
}
