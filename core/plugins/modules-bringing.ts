import type { NameListKey } from '@backplane/sdk/host';
import type { HostedPlugin } from './lifecycle/hosted-plugin.ts';
import { takesCalls } from './lifecycle/plugin-state.ts';
import { entryPath } from './manifest/entry-path.ts';
import type { PluginModule } from './plugin-host.ts';

/** The modules of active plugins whose manifests name something of a kind. */
export function modulesBringing(kind: NameListKey, plugins: readonly HostedPlugin[]): readonly PluginModule[] {
  return plugins.flatMap(({ id, version, folder, manifest, state, candidate: { integrity } }) => {
    const names = manifest?.contributes[kind] ?? [];
    if (names.length === 0 || folder === undefined || !takesCalls(state)) return [];
    const entry = entryPath(id, folder, manifest!.entry);
    return [{ id, version, folder, entry, ...(integrity !== undefined && { integrity }), names }];
  });
}

/** Loads the first one that brings a name, where it waits for that; gives its id. */
export async function bring(
  kind: NameListKey,
  name: string,
  plugins: readonly HostedPlugin[],
): Promise<string | undefined> {
  const first = plugins.find(
    ({ manifest, state }) => takesCalls(state) && manifest?.contributes[kind].includes(name) === true,
  );
  await first?.wake();
  return first?.id;
}
