import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { movedPlace } from '../lifecycle/moved-place.ts';
import { readFolder } from '../sources/read-folder.ts';
import type { PluginArtifact } from '../store/plugin-artifact.ts';
import type { PluginStore } from '../store/plugin-store.ts';
import type { Tier, TierInstance, TierLoad } from './tier.ts';

/**
 * A tier for tools without a host, whose plugins were only found: what lies in the store is checked before it runs, and of a folder that
 * somebody works in a copy runs, as on a host. The copy goes with the plugin.
 */
export function standingTier(tier: Tier, store?: Pick<PluginStore, 'folder' | 'verify'>): Tier {
  const isStored = ({ folder }: PluginArtifact) => store !== undefined && folder.startsWith(`${store.folder}/`);
  return {
    ...tier,
    async load(request) {
      if (isStored(request.artifact)) {
        await store!.verify(request.artifact);
        return tier.load(request);
      }
      return tier.name === 'trusted' ? tier.load(request) : loadCopy(tier, request);
    },
  };
}

async function loadCopy(tier: Tier, request: TierLoad): Promise<TierInstance> {
  const { artifact, signal } = request;
  const copy = await realpath(await mkdtemp(join(tmpdir(), 'backplane-plugin-')));
  const remove = () => rm(copy, { recursive: true, force: true });
  try {
    await readFolder(artifact.folder, { what: artifact.id, signal, copyTo: copy });
    const instance = await tier.load({ ...request, artifact: { ...artifact, folder: copy } });
    void instance.lost.then(remove);
    return {
      ...instance,
      async [Symbol.asyncDispose]() {
        await instance[Symbol.asyncDispose]();
        await remove();
      },
    };
  } catch (thrown) {
    await remove();
    throw BackplaneError.is(thrown) ? movedPlace(thrown, copy, artifact.folder) : thrown;
  }
}
