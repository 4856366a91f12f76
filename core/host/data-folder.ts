import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { raise } from '../errors/catalogue.ts';
import { type AdminKey, openAdminKey } from '../http/admin-key.ts';

/** Makes the data folder, for this user alone, and the admin key in it. Throws CONFIG_PATH_UNUSABLE. */
export function openDataFolder(path: string): AdminKey {
  try {
    makeFolder(path);
    return openAdminKey(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw raise.CONFIG_PATH_UNUSABLE({ what: 'The data folder', path, cause: code ?? message }, { cause });
  }
}

/** One folder after the other: Node's own `recursive` never returns where a file system invents its folders, as below `/proc`. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
