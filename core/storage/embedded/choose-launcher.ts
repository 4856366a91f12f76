import { createHash } from 'node:crypto';
import { chown, cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { directLauncher, type Launcher, namespaceLauncher, runProgram, userLauncher } from './run-program.ts';

/** Who runs the server, with which binaries, on which folder. */
export interface ServerPlace {
  readonly launcher: Launcher;
  readonly binaries: PostgresBinaries;
  /** The parent of the cluster's folder. */
  readonly home: string;
}

export interface PlaceOptions {
  readonly binaries: PostgresBinaries;
  readonly dataDir: string;
  readonly log: Log;
  readonly isRoot?: boolean;
  readonly namespacesWork?: () => Promise<boolean>;
  /** Where copies go that another user must reach. */
  readonly sharedFolder?: string;
}

/**
 * Postgres refuses to run as root. As root we first try a user namespace; where these are forbidden, an unprivileged user, who must
 * be able to reach binaries and data: what it cannot reach is placed below `/var/lib/backplane`.
 */
export async function chooseServerPlace(options: PlaceOptions): Promise<ServerPlace> {
  const { binaries, dataDir, log } = options;
  const here = { binaries, home: dataDir };
  if (!(options.isRoot ?? process.getuid?.() === 0)) return { ...here, launcher: directLauncher };
  if (await (options.namespacesWork ?? namespacesWork)()) return { ...here, launcher: namespaceLauncher };
  const owner = await unprivilegedUser();
  const shared = options.sharedFolder ?? '/var/lib/backplane';
  try {
    const reachable = await canReach(binaries.postgres);
    const home = (await canReach(dataDir)) ? dataDir : await sharedHome(shared, dataDir, owner);
    if (home !== dataDir)
      log.warn('The data folder is closed to other users, so Postgres keeps its data elsewhere', { folder: home });
    return {
      launcher: userLauncher(owner),
      binaries: reachable ? binaries : await copyBinaries(binaries, shared),
      home,
    };
  } catch (error) {
    throw raise.STORAGE_ROOT_REFUSED({ cause: (error as Error).message }, { cause: error });
  }
}

async function namespacesWork(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  return (await runProgram(namespaceLauncher, 'true', [])).code === 0;
}

/** `nobody`, or whatever number the system's table gives it. */
async function unprivilegedUser(): Promise<{ readonly uid: number; readonly gid: number }> {
  const table = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = table
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  const uid = Number(fields?.[2] ?? 65534);
  const gid = Number(fields?.[3] ?? 65534);
  return uid > 0 && gid > 0 ? { uid, gid } : { uid: 65534, gid: 65534 };
}

/** True when every folder on the way lets anyone pass, so that a user of no rights gets there. */
async function canReach(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function sharedHome(shared: string, dataDir: string, owner: { uid: number; gid: number }): Promise<string> {
  const home = join(shared, `data-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
  await openFolder(shared);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await chown(home, owner.uid, owner.gid);
  return home;
}

/** A copy that anyone may read; made once a package version. */
async function copyBinaries(binaries: PostgresBinaries, shared: string): Promise<PostgresBinaries> {
  await openFolder(shared);
  const root = join(shared, `postgres-${binaries.version}`);
  const programs = {
    initdb: join(root, 'bin', basename(binaries.initdb)),
    postgres: join(root, 'bin', basename(binaries.postgres)),
  };
  const complete = await stat(programs.postgres).then(
    () => true,
    () => false,
  );
  // `bin` comes last, so that an interrupted copy is never taken for a whole one.
  if (!complete)
    for (const part of ['lib', 'share', 'bin'])
      await cp(join(binaries.root, part), join(root, part), { recursive: true, verbatimSymlinks: true });
  return { ...binaries, ...programs, root };
}

async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
}
