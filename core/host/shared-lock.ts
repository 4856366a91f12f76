import type { SharedLock } from '../plugins/lock/lock-file.ts';
import { lockText } from '../plugins/lock/lock-text.ts';
import { parseLock } from '../plugins/lock/parse-lock.ts';
import type { PluginRecords } from '../storage/plugin-records.ts';

/** The lock of the plugins as all hosts of a database see it. */
export function sharedLock(records: PluginRecords): SharedLock {
  return {
    async newer(than) {
      const row = await records.sharedLock(than);
      return row && parseLock(row.text, 'the database');
    },
    exchange: (expected, next) => records.exchangeLock(expected, next.serial, lockText(next)),
  };
}
