import { raise } from '../../errors/catalogue.ts';
import type { PackageLimits } from './package-limits.ts';

/** What has been taken in so far, of one package and its dependencies together. */
export interface PathChecker {
  /**
   * Takes in one file or folder of the package. Throws PLUGIN_FILE_REFUSED for a path that leads out, is odd, or was there before,
   * also when it differs in case only; PLUGIN_TOO_LARGE.
   */
  take(path: string, kind: 'file' | 'folder'): void;
  /** Counts bytes of a file. Throws PLUGIN_TOO_LARGE. */
  count(fileBytes: number, more: number): void;
}

export function createPathChecker(what: string, limits: PackageLimits): PathChecker {
  /** Folded path → its first spelling and kind. */
  const seen = new Map<string, { readonly path: string; readonly kind: 'file' | 'folder' }>();
  let files = 0;
  let bytes = 0;

  return {
    take(path, kind) {
      const refuse = (problem: string) => raise.PLUGIN_FILE_REFUSED({ what, path, problem });
      const problem = pathProblem(path);
      if (problem !== undefined) throw refuse(problem);
      const parts = path.split('/');
      if (Buffer.byteLength(path) > limits.pathBytes)
        throw raise.PLUGIN_TOO_LARGE({ what, limit: `${limits.pathBytes} bytes in a path` });
      if (parts.length > limits.depth)
        throw raise.PLUGIN_TOO_LARGE({ what, limit: `${limits.depth} folders in each other` });
      if (kind === 'file' && ++files > limits.files)
        throw raise.PLUGIN_TOO_LARGE({ what, limit: `${limits.files} files` });
      for (let length = 1; length <= parts.length; length++) {
        const part = parts.slice(0, length).join('/');
        const partKind = length < parts.length ? 'folder' : kind;
        const folded = part.normalize('NFC').toLowerCase();
        const before = seen.get(folded);
        if (before === undefined) seen.set(folded, { path: part, kind: partKind });
        else if (before.path !== part) throw refuse(`is ${JSON.stringify(before.path)} on disks that ignore case`);
        else if (before.kind !== partKind) throw refuse('is both a file and a folder');
        else if (partKind === 'file') throw refuse('is there twice');
      }
    },
    count(fileBytes, more) {
      bytes += more;
      if (fileBytes > limits.fileBytes)
        throw raise.PLUGIN_TOO_LARGE({ what, limit: `${limits.fileBytes} bytes in one file` });
      if (bytes > limits.totalBytes) throw raise.PLUGIN_TOO_LARGE({ what, limit: `${limits.totalBytes} bytes` });
    },
  };
}

/** Why a path inside a package is refused, or undefined. */
export function pathProblem(path: string): string | undefined {
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'has control characters in its name';
  if (path.includes('\ufffd')) return 'has a name that is not UTF-8';
  if (path.includes('\\')) return 'has a backslash in its name';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is an absolute path';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leads out of the package';
  if (parts.some((part) => part === '' || part === '.')) return 'has an empty part';
  if (parts.some((part) => part.toLowerCase() === '.git')) return 'belongs to Git';
  return undefined;
}
