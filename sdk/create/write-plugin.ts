import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder has files already; nothing was written. */
export class FolderInUseError extends Error {
  readonly folder: string;
  readonly found: readonly string[];

  constructor(folder: string, found: readonly string[]) {
    super(`${folder} is not empty: ${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}`);
    this.folder = folder;
    this.found = found;
  }
}

/** Writes a new plugin into a folder that is absent or holds at most a `.git`. Throws {@link FolderInUseError} before writing anything. */
export function writePlugin(folder: string, files: ReadonlyMap<string, string>): void {
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.git') : [];
  if (found.length > 0) throw new FolderInUseError(folder, found);
  for (const [name, content] of files) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
