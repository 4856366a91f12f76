import { readFileSync } from 'node:fs';
import { raise } from '../errors/catalogue.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'this user may not read it',
  ERR_STRING_TOO_LONG: 'it is too large',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
};

/**
 * The text of a file that somebody named on the command line, without a byte order mark; `-` is standard input.
 * @throws USAGE when it cannot be read; `what` says which argument it was for
 */
export function readTextFile(file: string, what = ''): string {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const prefix = what === '' ? 'Cannot' : `${what}: cannot`;
    throw raise.USAGE({ message: `${prefix} read ${file}: ${REASONS[code] ?? message}.` }, { cause });
  }
}
