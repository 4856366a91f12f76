import { resolve } from 'node:path';
import type { HostConfig } from '../config/host-config.ts';
import { type CommandLineSettings, loadConfig } from '../config/load-config.ts';
import type { AdminKey } from '../http/admin-key.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createLogger } from '../telemetry/logger.ts';
import { CHECKOUT } from './checkout.ts';
import { openDataFolder } from './data-folder.ts';
import { noteHost } from './host-note.ts';

export interface HostOptions {
  /** Default: `config/` of the checkout. */
  readonly config?: string | undefined;
  /** Default: `.backplane/` of the checkout. */
  readonly data?: string | undefined;
  /** Stronger than file and environment. */
  readonly settings?: CommandLineSettings;
  /** Called when the host must not go on: the caller disposes it and ends the process. */
  fatal(problem: unknown): void;
}

export interface RunningHost extends AsyncDisposable {
  readonly url: string;
  /** Undefined where the gateway does not listen yet. */
  readonly gatewayUrl: string | undefined;
  /** It has files that cannot run, and follows as soon as they can. */
  readonly isGatewayDown: boolean;
  readonly adminKey: AdminKey;
  readonly config: HostConfig;
}

/**
 * Brings up a whole host. Services start in the order of their needs and stop in the opposite one. Only what the database needs is
 * imported here: Postgres starts while the rest of the host is being loaded. Throws the coded error of whatever could not start,
 * with everything else stopped again.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  await using undo = new AsyncDisposableStack();
  const configFolder = resolve(options.config ?? resolve(CHECKOUT, 'config'));
  const dataDir = resolve(options.data ?? resolve(CHECKOUT, '.backplane'));
  const loaded = loadConfig(configFolder, process.env, options.settings);
  const { config } = loaded;
  const log = createLogger(config.log.level);
  undo.defer(() => log.flush());
  const adminKey = openDataFolder(dataDir);
  const waiting = Promise.withResolvers<void>();
  const database = openDatabase({
    ...(config.database.url === undefined ? {} : { url: config.database.url }),
    dataDir,
    log,
    onWaiting: waiting.resolve,
  });
  // One that did open is closed again whatever happens below; one that did not is reported where it is awaited.
  const closed = database.then(
    (opened) => () => opened[Symbol.asyncDispose](),
    () => () => Promise.resolve(),
  );
  undo.defer(async () => (await closed)());
  // Loading modules blocks this thread: the server must have been started before, and without one there is nothing to load for.
  await Promise.race([waiting.promise, database]);
  const { composeHost } = await import('./compose-host.ts');
  const stopping = new AbortController();
  const { fatal } = options;
  const foundation = {
    loaded,
    configFolder,
    dataDir,
    log,
    adminKey,
    database,
    stopping: stopping.signal,
    fatal,
  };
  const host = undo.use(await composeHost(foundation));
  undo.defer(() => stopping.abort());
  undo.use(noteHost(dataDir, host.url));
  const held = undo.move();
  const { url, gatewayUrl, isGatewayDown } = host;
  return { url, gatewayUrl, isGatewayDown, adminKey, config, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
