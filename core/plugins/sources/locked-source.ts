import { raise } from '../../errors/catalogue.ts';
import type { LockEntry, LockOrigin, PluginsLock } from '../lock/lock-entry.ts';
import type { PluginStore } from '../store/plugin-store.ts';
import { fetchedPlugin } from './fetched-plugin.ts';
import type { PluginSource } from './plugin-source.ts';

export interface LockedSourceOptions {
  readonly kind: LockOrigin['from'];
  readonly lock: PluginsLock;
  readonly store: Pick<PluginStore, 'locate'>;
}

/**
 * For tools without a host: exactly what the lock names, from the store alone. Nothing is fetched, nothing is checked but that it lies
 * there; see {@link PluginStore.verify}. Throws PLUGIN_NOT_FETCHED.
 */
export function lockedSource({ kind, lock, store }: LockedSourceOptions): PluginSource {
  return {
    kind,
    async resolve(wish) {
      const use = `${kind}:${wish}`;
      const row = currentRows(lock).find((entry) => entry.use === use);
      if (row === undefined) throw raise.PLUGIN_NOT_FETCHED({ what: use, where: 'in config/plugins.lock' });
      const { id, version, origin, integrity } = row;
      return { id, version, origin, integrity };
    },
    async fetch({ id, version, origin, integrity = '' }) {
      const artifact = await store.locate(integrity);
      if (artifact !== undefined) return fetchedPlugin(artifact, origin, integrity);
      throw raise.PLUGIN_NOT_FETCHED({ what: `${id} ${version}`, where: 'in the store of the data directory' });
    },
  };
}

function currentRows({ plugins }: PluginsLock): readonly LockEntry[] {
  return Object.values(plugins).flatMap(({ current, versions }) =>
    versions.filter(({ version }) => version === current),
  );
}
