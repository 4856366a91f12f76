import { watch } from 'node:fs';
import type { DependencyContainer } from 'tsyringe';
import { parseLock } from '../plugins/lock/lock-file.ts';
import { lockText } from '../plugins/lock/lock-text.ts';
import { planText } from '../plugins/plan/plan-text.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import type { PluginsConfig } from '../plugins/plugins-config.ts';
import { followFolders } from './follow-folders.ts';
import type { Foundation } from './foundation.ts';
import { readPlugins } from './read-plugins.ts';
import { TOKENS } from './tokens.ts';

/** Editors write a file in several steps. */
const DEBOUNCE_MS = 300;
const AGREE_EVERY_MS = 5_000;

/**
 * Keeps plugins in line while the host runs: with config/plugins.yaml when it changes or SIGHUP comes, with the folders that plugins are
 * worked on in, and with the lock that the hosts of one database share. The lock that counts further wins; it is compared by number only.
 */
export async function followPlugins(
  host: DependencyContainer,
  { configFolder, log }: Foundation,
  plugins: PluginHost,
): Promise<AsyncDisposable> {
  const records = host.resolve(TOKENS.pluginRecords);
  let last: Promise<void> = Promise.resolve();
  const doing = (what: string, work: () => Promise<unknown>): void => {
    last = last.then(work).then(
      () => undefined,
      (error) => log.error(`${what} failed; what ran before still runs`, { problem: error }),
    );
  };

  const agree = async (): Promise<void> => {
    const shared = await records.sharedLock();
    const own = plugins.lock();
    if (shared !== undefined && shared.serial > own.serial) await plugins.adopt(parseLock(shared.text, 'the database'));
    else if (own.serial > (shared?.serial ?? 0)) await records.shareLock(own.serial, lockText(own));
  };
  const folders = followFolders({
    plugins,
    log,
    isAuto: () => readPlugins(configFolder).apply === 'auto',
    doing,
    applied: () => agree(),
  });
  const follow = async (): Promise<void> => {
    const config: PluginsConfig = readPlugins(configFolder);
    const plan = await plugins.plan();
    if (plan.changes.length > 0) {
      log.info(`config/plugins.yaml changed:\n${planText(plan)}`);
      if (config.apply === 'auto') await plugins.apply({ by: 'config/plugins.yaml' });
      await agree();
    }
    folders.renew();
  };

  doing('agreeing on the lock of the plugins', agree);
  await last;
  folders.renew();
  let pause: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(pause);
    pause = setTimeout(() => doing('applying config/plugins.yaml', follow), DEBOUNCE_MS);
  };
  const watcher = watch(configFolder, (_, name) => {
    if (name === 'plugins.yaml') soon();
  });
  watcher.on('error', (error) => log.warn('config/plugins.yaml is not watched any more', { problem: String(error) }));
  if (!process.stdout.isTTY) process.on('SIGHUP', soon);
  const timer = setInterval(() => doing('agreeing on the lock of the plugins', agree), AGREE_EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(pause);
      clearInterval(timer);
      watcher.close();
      folders[Symbol.dispose]();
      process.off('SIGHUP', soon);
      await last;
    },
  };
}
