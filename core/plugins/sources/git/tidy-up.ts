import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes what a killed process left half done in the folder of a source: locks and packs of git, checkouts that were never finished. */
export async function tidyUp(folder: string): Promise<void> {
  const mirror = join(folder, 'mirror.git');
  const [inMirror, checkouts] = await Promise.all([filesOf(mirror, true), filesOf(join(folder, 'commits'), false)]);
  const left = [
    ...inMirror.filter((name) => /(?:\.lock|(?:^|\/)tmp_[^/]*)$/.test(name)).map((name) => join(mirror, name)),
    ...checkouts.filter((name) => name.startsWith('.tmp-')).map((name) => join(folder, 'commits', name)),
  ];
  await Promise.all(left.map((path) => rm(path, { recursive: true, force: true })));
}

async function filesOf(folder: string, recursive: boolean): Promise<string[]> {
  return readdir(folder, { recursive }).catch(() => []);
}
