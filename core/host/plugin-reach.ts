import { join } from 'node:path';
import type { LoadPluginsOptions } from '../plugins/load-plugins.ts';
import { createTiers } from '../plugins/tiers/create-tiers.ts';
import type { RemoteOptions } from '../plugins/tiers/remote/remote-plugin.ts';
import { CHECKOUT } from './checkout.ts';
import { openPluginSources, type PluginSourcesOptions } from './plugin-sources.ts';

export const BUILTIN_DIRS: readonly string[] = ['actions', 'oauth'].map((area) => join(CHECKOUT, 'plugins', area));

export interface PluginReachOptions extends RemoteOptions {
  /** Absent: plugins are built in or folders. */
  readonly fetching?: PluginSourcesOptions | undefined;
}

export interface PluginReach
  extends AsyncDisposable,
    Required<Pick<LoadPluginsOptions, 'builtinDirs' | 'tiers' | 'sources'>> {}

/** What plugins of this host can be and where they come from: the one place where tiers and sources are put together. */
export function openPluginReach({ fetching, ...remote }: PluginReachOptions): PluginReach {
  const held = new AsyncDisposableStack();
  const { process, isolate } = createTiers(remote);
  const tiers = [held.use(process), held.use(isolate)];
  const sources = fetching === undefined ? new Map() : held.use(openPluginSources(fetching)).sources;
  return { builtinDirs: BUILTIN_DIRS, tiers, sources, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
