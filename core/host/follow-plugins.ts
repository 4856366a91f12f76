import { watch } from 'node:fs';
import { planText } from '../plugins/plan/plan-text.ts';
import type { PluginsConfig } from '../plugins/plugins-config.ts';
import type { Actions } from './assemble-actions.ts';
import { followFolders } from './follow-folders.ts';
import type { Foundation } from './foundation.ts';
import { readPlugins } from './read-plugins.ts';

/** Editors write a file in several steps. */
const DEBOUNCE_MS = 300;
const CATCH_UP_EVERY_MS = 1_000;

/**
 * Keeps plugins in line while the host runs: with config/plugins.yaml when it changes or SIGHUP comes, with the folders that plugins are
 * worked on in, and with the lock that the hosts of one database share.
 */
export async function followPlugins(
  { configFolder, log }: Foundation,
  { plugins, git }: Actions,
): Promise<AsyncDisposable> {
  let last: Promise<void> = Promise.resolve();
  const doing = (what: string, work: () => Promise<unknown>): void => {
    last = last.then(work).then(
      () => undefined,
      (error) => log.error(`${what} failed; what ran before still runs`, { problem: error }),
    );
  };

  const folders = followFolders({
    plugins,
    log,
    isAuto: () => readPlugins(configFolder).apply === 'auto',
    doing,
  });
  const follow = async (): Promise<void> => {
    const config: PluginsConfig = readPlugins(configFolder);
    // The plan shows what Git sources have as they are configured now.
    await git?.current();
    const plan = await plugins.plan();
    if (plan.changes.length > 0) {
      log.info(`config/plugins.yaml changed:\n${planText(plan)}`);
      if (config.apply === 'auto') await plugins.apply({ by: 'config/plugins.yaml' });
    }
    folders.renew();
  };

  const catchUp = () => doing('following the lock of the other hosts', () => plugins.catchUp());
  catchUp();
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
  const timer = setInterval(catchUp, CATCH_UP_EVERY_MS);
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
