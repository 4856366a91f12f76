import type { Manifest } from '../manifest/manifest-schema.ts';

/** One version of a plugin on this machine: its files stand still, whatever its source does. */
export interface PluginArtifact {
  readonly id: string;
  readonly version: string;
  /** Absolute path of a folder of the store that nobody writes any more; also of a watched folder, so that what runs stands still. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** `sha512-…` of the canonical list of its files: path, mode, content. */
  readonly integrity: string;
}
