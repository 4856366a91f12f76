import { mkdirSync } from 'node:fs';
import { raise } from '../errors/catalogue.ts';
import { type AdminKey, openAdminKey } from '../http/admin-key.ts';

/** Makes the data folder, for this user alone, and the admin key in it. Throws CONFIG_PATH_UNUSABLE. */
export function openDataFolder(path: string): AdminKey {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return openAdminKey(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw raise.CONFIG_PATH_UNUSABLE({ what: 'The data folder', path, cause: code ?? message }, { cause });
  }
}
