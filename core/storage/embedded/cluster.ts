import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import type { ServerPlace } from './choose-launcher.ts';
import { runProgram } from './run-program.ts';

/** A cluster on disk, ready to be served. */
export interface Cluster {
  readonly folder: string;
  readonly user: string;
  readonly password: string;
  /** True when it has just been made. */
  readonly fresh: boolean;
}

const USER = 'backplane';

/** Finds the cluster, or makes one with a random password that only this user can read. */
export async function openCluster(place: ServerPlace): Promise<Cluster> {
  const folder = join(place.home, 'postgres');
  const passwordFile = join(place.home, 'postgres.password');
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(absent);
  if (version === undefined) return createCluster(place, folder, passwordFile);
  checkVersion(place, folder, version.trim());
  const password = await readFile(passwordFile, 'utf8').catch(absent);
  if (password === undefined) {
    throw raise.STORAGE_START_FAILED({ what: 'Opening the embedded Postgres', cause: `${passwordFile} is missing` });
  }
  return { folder, user: USER, password, fresh: false };
}

/** Made beside its final place and renamed at the end, so that a cluster is either whole or not there. */
async function createCluster(place: ServerPlace, folder: string, passwordFile: string): Promise<Cluster> {
  const draft = `${folder}.new`;
  const password = randomBytes(24).toString('hex');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  const { owner } = place.launcher;
  if (owner !== undefined) for (const path of [draft, passwordFile]) await chown(path, owner.uid, owner.gid);
  const outcome = await runProgram(place.launcher, place.binaries.initdb, initArguments(draft, passwordFile));
  if (outcome.code !== 0) throw raise.STORAGE_START_FAILED({ what: 'initdb', cause: lastLine(outcome.output) });
  await rename(draft, folder);
  return { folder, user: USER, password, fresh: true };
}

function initArguments(folder: string, passwordFile: string): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    // The password has 192 random bits: stretching it would only make every connection slower.
    '--set=scram_iterations=1',
    '--set=shared_buffers=16MB',
    '--set=max_connections=20',
  ];
}

function checkVersion({ binaries }: ServerPlace, folder: string, found: string): void {
  const major = binaries.version.split('.')[0]!;
  if (major !== found) throw raise.STORAGE_DATA_VERSION({ folder, found, binaries: major });
}

function lastLine(output: string): string {
  return (
    output
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? 'no output'
  );
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
