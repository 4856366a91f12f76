import { raise } from '../../errors/catalogue.ts';
import type { PluginArtifact } from './plugin-artifact.ts';
import { treeIntegrity } from './tree-integrity.ts';

/** Throws PLUGIN_STORE_DAMAGED when the files are not those that were taken in. */
export async function checkArtifact({ id, version, folder, integrity }: PluginArtifact): Promise<void> {
  let found: string;
  try {
    found = await treeIntegrity(folder, `${id}@${version}`);
  } catch (cause) {
    throw raise.PLUGIN_STORE_DAMAGED({ id, version, problem: (cause as Error).message }, { cause });
  }
  if (found !== integrity) {
    throw raise.PLUGIN_STORE_DAMAGED({ id, version, problem: `expected ${integrity}, found ${found}` });
  }
}
