import type { DependencyContainer } from 'tsyringe';
import { createSourceOperations, type LiveSourceOperations } from '../plugins/operations/create-source-operations.ts';
import type { Foundation } from './foundation.ts';
import { auditName } from './git-of-host.ts';
import { readPlugins } from './read-plugins.ts';
import { TOKENS } from './tokens.ts';

const EVENTS = 20;

/** What administrators do with Git sources; from now on timers ask them. */
export function openSourceOperations(
  host: DependencyContainer,
  { configFolder, log }: Foundation,
): LiveSourceOperations & AsyncDisposable {
  const { git, plugins } = host.resolve(TOKENS.actions);
  const records = host.resolve(TOKENS.pluginRecords);
  const operations = createSourceOperations({
    sources: () => git!.current(),
    readConfig: () => readPlugins(configFolder),
    plugins,
    log,
    async events(source) {
      const rows = await records.events(auditName(source), EVENTS);
      return rows.map(({ at, action = '', by, version, code, reason }) => ({
        at,
        action,
        ...(by !== undefined && { by }),
        ...(version !== 'unknown' && { commit: version }),
        ...(code !== undefined && { code }),
        ...(reason !== undefined && { reason }),
      }));
    },
  });
  const begin = () => git!.start().then(() => operations.catchUp());
  void begin().catch((problem) => log.error('the Git sources could not be opened', { problem }));
  return { ...operations, [Symbol.asyncDispose]: () => operations.settled() };
}
