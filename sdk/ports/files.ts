/** Files below the folder that the host gives the plugin. Paths are relative, with forward slashes; one that leads out is refused. */
export interface Files {
  /** Rejects with PLUGIN_FILE_MISSING when there is none. */
  read(path: string): Promise<Uint8Array>;
  /** Whole or not at all. Makes the folders above. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Paths of the files directly below a folder, sorted; folders end in `/`. */
  list(path: string): Promise<readonly string[]>;
  remove(path: string): Promise<void>;
}
