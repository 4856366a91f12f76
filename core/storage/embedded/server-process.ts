import { closeSync, openSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { raise } from '../../errors/catalogue.ts';
import type { ServerPlace } from './choose-launcher.ts';
import type { Cluster } from './cluster.ts';
import type { Endpoint } from './endpoint.ts';
import { type Postmaster, readPostmaster } from './postmaster-file.ts';
import { isAlive } from './process-identity.ts';
import { serverArguments } from './server-arguments.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const LOG_LIMIT_BYTES = 10_000_000;

/** Starts the server and resolves when it takes connections. It outlives us if we are killed: the next host adopts it. */
export async function startServer(
  place: ServerPlace,
  cluster: Cluster,
  endpoint: Endpoint,
  onWaiting?: () => void,
): Promise<Postmaster> {
  const logFile = join(place.home, 'postgres.log');
  const log = openSync(logFile, logMode(logFile), 0o600);
  const begin = statSync(logFile).size;
  const state: { ended?: string } = {};
  try {
    // Detached: Ctrl-C in a terminal goes to the whole group, and the host must still be able to store while it stops.
    const child = place.launcher.start(place.binaries.postgres, serverArguments(cluster.folder, endpoint), {
      stdio: ['ignore', log, log],
      detached: true,
    });
    child.once('error', (error) => (state.ended = error.message));
    child.once('exit', (code, signal) => (state.ended = `it ended with ${signal ?? `code ${code}`}`));
    child.unref();
  } finally {
    closeSync(log);
  }
  onWaiting?.();
  return untilReady(cluster, state, async () => (await readFile(logFile)).subarray(begin).toString());
}

async function untilReady(
  cluster: Cluster,
  state: { readonly ended?: string },
  logged: () => Promise<string>,
): Promise<Postmaster> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (state.ended === undefined && Date.now() < deadline) {
    const postmaster = await readPostmaster(cluster.folder);
    if (postmaster?.ready) return postmaster;
    await pause(3);
  }
  const lines = (await logged()).split('\n').filter((line) => /FATAL|PANIC|ERROR|could not|cannot|error/.test(line));
  const reason = state.ended ?? 'it was not ready in time';
  throw raise.STORAGE_START_FAILED({
    what: 'Starting the embedded Postgres',
    cause: [reason, ...lines.slice(-2)].join('; '),
  });
}

/** Fast shutdown: open transactions are rolled back, everything committed is kept. Resolves once the process is gone. */
export async function stopServer(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!kill(pid, signal)) return;
    const deadline = Date.now() + STOP_LIMIT_MS;
    while (isAlive(pid) && Date.now() < deadline) await pause(3);
    if (!isAlive(pid)) return;
  }
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The log begins anew when it has grown too long. */
function logMode(file: string): 'a' | 'w' {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES ? 'w' : 'a';
}
