import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, workingFolder } from './process-identity.ts';

/** What a running server says about itself in `postmaster.pid` of its data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Folder of its Unix socket; empty when it has none. */
  readonly socketFolder: string;
  readonly ready: boolean;
}

/** The server of this cluster, if one runs. A file left by a crash, or whose number went to another process, counts as none. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  let text: string;
  try {
    text = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  // Postgres works in its data folder.
  if ((workingFolder(pid) ?? cluster) !== cluster) return undefined;
  return { pid, port: Number(lines[3]), socketFolder: lines[4] ?? '', ready: lines[7] === 'ready' };
}
