import type { PluginRecords, StoredPluginEvent } from '../storage/plugin-records.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Kept while the database does not take them. */
const MOST_WAITING = 10_000;

/** Writes what becomes of plugins, in order and behind their backs: the database may open later or be away for a while. */
export function pluginEventWriter(
  records: () => Promise<PluginRecords>,
  log: Logger,
): AsyncDisposable & { add(event: StoredPluginEvent): void } {
  let waiting: StoredPluginEvent[] = [];
  let writing: Promise<void> | undefined;
  let toldOfOutage = false;

  /** Undefined when the database was never opened: the start says why, once. */
  const opened = (): Promise<PluginRecords | undefined> => records().catch(() => undefined);

  const write = async (): Promise<void> => {
    const table = await opened();
    while (table !== undefined && waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await table.append(batch);
        toldOfOutage = false;
      } catch (error) {
        waiting = [...batch, ...waiting].slice(-MOST_WAITING);
        if (!toldOfOutage) {
          log.warn('events of plugins could not be written yet', { problem: String(error) });
        }
        toldOfOutage = true;
        return;
      }
    }
  };

  return {
    add(event) {
      waiting.push(event);
      writing ??= write().finally(() => {
        writing = undefined;
      });
    },
    async [Symbol.asyncDispose]() {
      await writing;
      await write();
    },
  };
}
