import { realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Posted } from '../../plugins/contributions/contribution-board.ts';

/**
 * The real file behind an address below a page: the page itself for an empty one, else what stands beside it. Undefined for what is not
 * there, is hidden, or leads, links followed, out of the page's folder.
 */
export function pageFile({ owner, contribution }: Posted<'console-page'>, below: string): string | undefined {
  const folder = dirname(contribution.file);
  const wanted = below === '' ? contribution.file : join(folder, below);
  if (below.includes('\0') || wanted.split(sep).some((part) => part.startsWith('.'))) return undefined;
  try {
    const home = realpathSync(join(owner.folder, folder));
    const file = realpathSync(join(owner.folder, wanted));
    const isInside = relative(home, file).split(sep)[0] !== '..' && relative(owner.folder, home).split(sep)[0] !== '..';
    return isInside && file !== home && statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
