import { raise } from '../../../errors/catalogue.ts';
import type { Mirror } from './mirror.ts';

export interface TreeEntry {
  /** Below `subdir`, with `/`. */
  readonly path: string;
  readonly executable: boolean;
  /** Object name of the content. */
  readonly blob: string;
  readonly size: number;
}

const ROW = /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t([\s\S]+)$/;
const MAX_PATH = 400;

/**
 * The files of a commit below `subdir`, checked before anything is written. Throws GIT_SUBDIR_MISSING, GIT_TREE_REFUSED for what is no plain
 * file with a plain name, GIT_TOO_LARGE.
 */
export async function treeEntries(mirror: Mirror, commit: string): Promise<readonly TreeEntry[]> {
  const { id: source, subdir, limits } = mirror.setting;
  const root = treeOf(commit, subdir);
  const { code, stdout } = await mirror.git(['ls-tree', '-r', '-z', '-l', '--full-tree', root]);
  if (code !== 0) throw raise.GIT_SUBDIR_MISSING({ source, commit, subdir });
  const refuse = (path: string, problem: string) =>
    raise.GIT_TREE_REFUSED({ source, commit, path: printable(path).slice(0, 120), problem });
  const rows = utf8(stdout, () => refuse('a path', 'is not UTF-8'))
    .split('\0')
    .slice(0, -1);
  if (rows.length > limits.files)
    throw raise.GIT_TOO_LARGE({ source, what: `${rows.length} files`, limit: String(limits.files) });
  const entries = rows.map((row) => {
    const [, mode, type, blob, size, path] = ROW.exec(row) ?? [];
    if (path === undefined) throw refuse(row, 'cannot be read');
    const problem = kindProblem(mode!, type!) ?? pathProblem(path);
    if (problem !== undefined) throw refuse(path, problem);
    return { path, executable: mode === '100755', blob: blob!, size: Number(size) };
  });
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limits.bytes) {
    const limit = `${limits.bytes / 1_000_000} MB`;
    throw raise.GIT_TOO_LARGE({ source, what: `${Math.ceil(bytes / 1_000_000)} MB of files`, limit });
  }
  const clash = caseClash(entries.map(({ path }) => path));
  if (clash !== undefined)
    throw refuse(clash[0], `differs from \`${printable(clash[1])}\` only in case or in how letters are written`);
  return entries;
}

export function treeOf(commit: string, subdir: string): string {
  return subdir === '' ? `${commit}^{tree}` : `${commit}:${subdir}`;
}

function utf8(bytes: Buffer, otherwise: () => Error): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw otherwise();
  }
}

function kindProblem(mode: string, type: string): string | undefined {
  if (mode === '120000') return 'is a symbolic link';
  if (mode === '160000' || type === 'commit') return 'is a submodule';
  return type === 'blob' && (mode === '100644' || mode === '100755' || mode === '100664')
    ? undefined
    : 'is no plain file';
}

/** What makes a path unfit for any of the file systems that a host may have. */
function pathProblem(path: string): string | undefined {
  if (path.length > MAX_PATH) return `is longer than ${MAX_PATH} characters`;
  if (/\p{Cc}/u.test(path)) return 'has control characters in its name';
  if (/[\\:]/.test(path)) return 'has `\\` or `:` in its name';
  for (const part of path.split('/')) {
    // Characters that file systems drop or fold, so that another name would come out.
    const plain = part
      .replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
      .replace(/[. ]+$/, '')
      .toLowerCase();
    if (part === '' || part === '.' || part === '..') return 'leads elsewhere';
    if (plain === '.git' || /^git~\d+$/.test(plain)) return 'could be taken for the folder `.git`';
    if (/[. ]$/.test(part)) return 'has a name that ends with a dot or a space';
  }
  return undefined;
}

/** Two paths (folders included) that are one on file systems that do not tell case apart. */
function caseClash(paths: readonly string[]): readonly [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let length = 1; length <= parts.length; length++) {
      const here = parts.slice(0, length).join('/');
      const folded = here.normalize('NFC').toLowerCase();
      const earlier = seen.get(folded);
      if (earlier !== undefined && earlier !== here) return [here, earlier];
      seen.set(folded, here);
    }
  }
  return undefined;
}

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�');
}
