import type { Log } from '@backplane/sdk';
import type { PluginHost } from './plugin-host.ts';
import { thrownText } from './thrown-text.ts';

export interface FaultGuardOptions {
  readonly plugins: Pick<PluginHost, 'ownerOf' | 'noteFault'>;
  readonly log: Log;
  /** Called for an exception that nobody caught and no plugin caused: the host's state is unknown from then on. */
  fatal(thrown: unknown): void;
}

/**
 * Keeps the host alive when a plugin leaves a rejected promise or a throwing timer behind: the fault is logged, counted in the
 * plugin's record, and goes no further. Disposing takes the guard away.
 */
export function guardAgainstFaults({ plugins, log, fatal }: FaultGuardOptions): Disposable {
  const onRejection = (reason: unknown) => {
    const owner = plugins.ownerOf(reason);
    if (owner === undefined) log.error('a promise was rejected and nobody listened', { problem: thrownText(reason) });
    else plugins.noteFault(owner, reason);
  };
  const onException = (thrown: unknown) => {
    const owner = plugins.ownerOf(thrown);
    if (owner === undefined) fatal(thrown);
    else plugins.noteFault(owner, thrown);
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return {
    [Symbol.dispose]() {
      process.off('unhandledRejection', onRejection);
      process.off('uncaughtException', onException);
    },
  };
}
