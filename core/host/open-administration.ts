import { resolve } from 'node:path';
import { configuredSecrets } from '../config/configured-secrets.ts';
import { loadConfig } from '../config/load-config.ts';
import { offlineAdministration } from '../plugins/apply/offline-administration.ts';
import { openLockFile } from '../plugins/lock/lock-file.ts';
import { createLogger } from '../telemetry/logger.ts';
import { CHECKOUT } from './checkout.ts';
import { openPluginReach } from './plugin-reach.ts';
import { readPlugins } from './read-plugins.ts';
import { type Administration, remoteAdministration } from './remote-administration.ts';
import { runningHost } from './running-host.ts';
import { HOST_VERSION } from './version.ts';

export interface AdministrationOptions {
  readonly config?: string | undefined;
  readonly data?: string | undefined;
}

/** The running host of this data folder when there is one, else the files alone: what they say then runs at the next start. */
export async function openAdministration({
  config,
  data,
}: AdministrationOptions): Promise<Administration & { readonly live: boolean }> {
  const configFolder = resolve(config ?? resolve(CHECKOUT, 'config'));
  const dataDir = resolve(data ?? resolve(CHECKOUT, '.backplane'));
  const running = await runningHost(dataDir);
  if (running !== undefined) return { ...remoteAdministration(running), live: true };
  const { config: settings } = loadConfig(configFolder, process.env);
  const log = createLogger(settings.log.level);
  const reach = openPluginReach({
    log,
    onFault: () => {},
    fetching: {
      dataDir,
      base: resolve(configFolder, '..'),
      readConfig: () => readPlugins(configFolder),
      egress: settings.egress,
      secrets: configuredSecrets(settings),
      log,
    },
  });
  const files = offlineAdministration({
    ...reach,
    hostVersion: HOST_VERSION,
    lock: openLockFile(resolve(configFolder, 'plugins.lock')),
    readConfig: () => readPlugins(configFolder),
  });
  return { ...files, live: false };
}
