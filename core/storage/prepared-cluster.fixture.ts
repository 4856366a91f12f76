import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './open-database.ts';
import { silentLog } from './silent-log.fixture.ts';

const VARIABLE = 'BACKPLANE_TEST_CLUSTER';
const CLUSTER = 'postgres';

/** Vitest calls this once before the heavy suites: an empty database with its schema up to date, for all of them to copy. */
export async function setup(): Promise<() => void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bp-prepared-'));
  await (await openDatabase({ dataDir, log: silentLog }))[Symbol.asyncDispose]();
  process.env[VARIABLE] = dataDir;
  return () => rmSync(dataDir, { recursive: true });
}

/**
 * Puts a copy of that database into a data folder without one, in a tenth of the time of `initdb` and all migrations. False where there
 * is nothing to copy, or the cluster belongs to another user: the first host on the folder then makes its own as usual.
 */
export function prepareCluster(dataDir: string): boolean {
  const prepared = process.env[VARIABLE];
  if (prepared === undefined || existsSync(join(dataDir, CLUSTER))) return false;
  const cluster = join(prepared, CLUSTER);
  if (statSync(cluster, { throwIfNoEntry: false })?.uid !== process.getuid?.()) return false;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // Three times as fast as Node's own copy of a thousand files.
  execFileSync('cp', ['-pR', cluster, join(prepared, 'postgres.password'), dataDir]);
  return true;
}
