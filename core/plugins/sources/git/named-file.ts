import { readFile } from 'node:fs/promises';
import { raise } from '../../../errors/catalogue.ts';

/** The text of a file that a setting names. Throws GIT_FILE_UNREADABLE. */
export async function namedFile(source: string, setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw raise.GIT_FILE_UNREADABLE({ source, setting, file, problem }, { cause });
  }
}
