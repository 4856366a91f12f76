import { realpathSync } from 'node:fs';
import { adoptPlugin } from '../adopt-plugin.ts';
import { loadFailure } from '../lifecycle/load-failure.ts';
import { entryPath } from '../manifest/entry-path.ts';
import { grantedPlugin } from './granted-call.ts';
import { shareHostModules } from './host-modules.ts';
import type { Tier } from './tier.ts';
import { trusted } from './trusted.ts';

/** Plugins in the host's own process. Nothing can be taken from code that runs here but the ports it is handed. */
export function createTrustedTier(): Tier {
  return {
    name: 'trusted',
    async load({ artifact, granted, check }) {
      const { id, manifest } = artifact;
      await check?.();
      const folder = realpathSync(artifact.folder);
      const shared = shareHostModules([folder]);
      try {
        const adopted = adoptPlugin(await trusted.load(entryPath(id, folder, manifest.entry)), manifest);
        return {
          plugin: grantedPlugin(adopted, id, granted),
          lost: new Promise(() => {}),
          ping: async () => {},
          [Symbol.asyncDispose]: async () => shared[Symbol.dispose](),
        };
      } catch (thrown) {
        shared[Symbol.dispose]();
        throw loadFailure(id, folder, thrown, 'load');
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
