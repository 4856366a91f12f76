import { createHash } from 'node:crypto';
import { chown, lstat, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import type { Launcher } from './run-program.ts';

/** Where the server listens: a Unix socket in a folder that only we may enter, or a loopback port. */
export interface Endpoint {
  readonly socketFolder: string;
  readonly port: number;
}

/** `sockaddr_un` has room for about 107 bytes, 103 on macOS; the file name takes 14 of them. */
const LONGEST_FOLDER = 88;

export async function chooseEndpoint(home: string, launcher: Launcher): Promise<Endpoint> {
  if (process.platform === 'win32') return { socketFolder: '', port: await freePort() };
  const inside = join(home, 'socket');
  const folder = Buffer.byteLength(inside) <= LONGEST_FOLDER ? inside : shortFolder(home);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (launcher.owner !== undefined) await chown(folder, launcher.owner.uid, launcher.owner.gid);
  await checkOwner(folder, launcher);
  return { socketFolder: folder, port: 5432 };
}

/** The same for the same data folder, so that a server left behind is found again. */
function shortFolder(home: string): string {
  const name = `backplane-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
  const base = tmpdir();
  return join(Buffer.byteLength(base) + name.length < LONGEST_FOLDER ? base : '/tmp', name);
}

/** Folders for temporary files are open to all: one that somebody else has made in our name is not to be trusted. */
async function checkOwner(folder: string, launcher: Launcher): Promise<void> {
  const found = await lstat(folder);
  const owner = launcher.owner?.uid ?? process.getuid!();
  if (found.isDirectory() && found.uid === owner && (found.mode & 0o022) === 0) return;
  throw raise.STORAGE_START_FAILED({ what: 'Opening the socket folder', cause: `${folder} belongs to somebody else` });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
