import type { PluginArtifact } from './plugin-artifact.ts';

/** Where the fetched versions of plugins lie: `<folder>/<id>/<version>-<digest8>/{package/, receipt.json}`. */
export interface PluginStore {
  /** Absolute. */
  readonly folder: string;
  /**
   * Takes in what `fill` writes into the empty folder it is given: reads the manifest, makes the files read-only and moves all to its
   * place in one step. Files that are there already stay, and win. `source` is the digest of what was downloaded, to find it by later;
   * absent: only the tree has one. When anything fails, the store is as before.
   * Throws what `fill` throws, what is wrong with the manifest, PLUGIN_FILE_REFUSED, PLUGIN_TOO_LARGE, PLUGIN_STORE_UNUSABLE.
   */
  add(fill: (folder: string) => Promise<void>, options: AddOptions): Promise<PluginArtifact>;
  /** What was taken in with this digest, of the download or of the tree, its files checked. Throws PLUGIN_STORE_DAMAGED. */
  find(digest: string, id?: string): Promise<PluginArtifact | undefined>;
  /** As `find`, files not checked: whoever runs them asks `verify` first. Throws PLUGIN_STORE_DAMAGED when not even the manifest can be read. */
  locate(digest: string, id?: string): Promise<PluginArtifact | undefined>;
  /** Everything that was taken in completely, by id and version. Files are not checked; what can no longer be read is left out, `find` tells why. */
  list(id?: string): Promise<readonly PluginArtifact[]>;
  /** Throws PLUGIN_STORE_DAMAGED when the files are not those that were taken in. */
  verify(artifact: PluginArtifact): Promise<void>;
  /** Gone at once for everybody who looks; removing what is not there is no mistake. */
  remove(artifact: PluginArtifact): Promise<void>;
}

export interface AddOptions {
  /** For messages. */
  readonly what: string;
  readonly source?: string;
  readonly signal?: AbortSignal;
}
