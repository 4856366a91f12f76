import type { Log } from '@backplane/sdk';
import { BackplaneError } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import { raise } from '../errors/catalogue.ts';
import { checkServer } from './check-server.ts';
import { connectionError, serverAddress } from './connection-error.ts';
import type { Database } from './database.ts';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { migrate } from './migrate.ts';

export interface DatabaseOptions {
  /** An existing Postgres 14 or newer; absent: an embedded one with its data below `dataDir`. */
  readonly url?: string;
  readonly dataDir: string;
  readonly log: Log;
  /** Called once when the server has been asked and there is only waiting: time for other work. */
  readonly onWaiting?: () => void;
}

/** Opens the store with its schema up to date. Disposing closes it, and stops the embedded server. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await using undo = new AsyncDisposableStack();
  // Loading TypeORM takes longer than starting Postgres: done while the server starts.
  let loading: Promise<typeof import('./create-data-source.ts')> | undefined;
  const loadSource = () => (loading ??= import('./create-data-source.ts'));
  const url = await openServer(options, undo, () => {
    void loadSource();
    options.onWaiting?.();
  });
  const { createDataSource } = await loadSource();
  let closing = false;
  const dataSource = createDataSource(url, ({ message }) => {
    if (!closing) options.log.warn('A database connection was lost', { cause: message });
  });
  await prepare(dataSource, url);
  undo.defer(() => {
    // Sockets may outlive the pool for a moment, and the server then says goodbye to them.
    closing = true;
    return dataSource.destroy();
  });
  const held = undo.move();
  return {
    dataSource,
    url,
    embedded: options.url === undefined,
    ping: () => ping(dataSource),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function openServer(
  { url, dataDir, log }: DatabaseOptions,
  undo: AsyncDisposableStack,
  onWaiting: () => void,
): Promise<string> {
  if (url !== undefined) {
    // Loading modules blocks this thread, on a slow machine for longer than a connection may take.
    await checkServer(url);
    onWaiting();
    return url;
  }
  const server = undo.use(await startEmbeddedPostgres({ dataDir, log, onWaiting }));
  log.debug('The embedded Postgres runs', { how: server.how, pid: server.pid });
  return server.url;
}

async function prepare(dataSource: DataSource, url: string): Promise<void> {
  try {
    await dataSource.initialize();
    await migrate(dataSource);
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw BackplaneError.is(error) ? error : connectionError(error, serverAddress(url));
  }
}

async function ping(dataSource: DataSource): Promise<void> {
  try {
    await dataSource.query('SELECT 1');
  } catch (error) {
    throw raise.STORAGE_UNAVAILABLE({ cause: (error as Error).message }, { cause: error });
  }
}
