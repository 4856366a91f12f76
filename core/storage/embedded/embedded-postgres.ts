import { mkdir, realpath } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@backplane/sdk';
import { checkServer } from '../check-server.ts';
import { chooseServerPlace, type PlaceOptions } from './choose-launcher.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { lockDataFolder } from './data-lock.ts';
import { chooseEndpoint, type Endpoint } from './endpoint.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type Postmaster, readPostmaster } from './postmaster-file.ts';
import { startServer, stopServer } from './server-process.ts';

/** A Postgres of our own, with its data below the data folder. Disposing stops it. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly url: string;
  /** Process number of the server. */
  readonly pid: number;
  /** `adopted`: a host that was killed had left it running. */
  readonly how: 'created' | 'started' | 'adopted';
}

export interface EmbeddedOptions extends Partial<PlaceOptions> {
  readonly dataDir: string;
  readonly log: Log;
  /** Called when the server has been told to start and we only wait for it: time for other work. */
  readonly onWaiting?: () => void;
}

const ADOPTION_LIMIT_MS = 5_000;

export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  await using undo = new AsyncDisposableStack();
  undo.use(await lockDataFolder(dataDir));
  const place = await chooseServerPlace({
    ...options,
    dataDir,
    binaries: options.binaries ?? (await postgresBinaries()),
  });
  const cluster = await openCluster(place);
  const adopted = await adopt(cluster, options.log);
  const server =
    adopted ?? (await startServer(place, cluster, await chooseEndpoint(place.home, place.launcher), options.onWaiting));
  undo.defer(() => stopServer(server.pid));
  const held = undo.move();
  return {
    url: urlOf(cluster, server),
    pid: server.pid,
    how: adopted !== undefined ? 'adopted' : cluster.fresh ? 'created' : 'started',
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A server that runs already is taken over if it knows our password, and stopped if it does not answer. */
async function adopt(cluster: Cluster, log: Log): Promise<Postmaster | undefined> {
  const deadline = Date.now() + ADOPTION_LIMIT_MS;
  let server = await readPostmaster(cluster.folder);
  for (; server !== undefined && Date.now() < deadline; server = await readPostmaster(cluster.folder)) {
    if (server.ready && (await answers(urlOf(cluster, server)))) return server;
    await pause(20);
  }
  if (server === undefined) return undefined;
  log.warn('Stopping a Postgres that a former host left behind and that does not answer', { pid: server.pid });
  await stopServer(server.pid);
  return undefined;
}

function answers(url: string): Promise<boolean> {
  return checkServer(url).then(
    () => true,
    () => false,
  );
}

function urlOf({ user, password }: Cluster, { socketFolder, port }: Endpoint): string {
  const access = `postgresql://${user}:${password}@`;
  if (socketFolder === '') return `${access}127.0.0.1:${port}/postgres`;
  return `${access}localhost:${port}/postgres?host=${encodeURIComponent(socketFolder)}`;
}
