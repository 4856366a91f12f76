import { isRecord } from '../language/values/is-record.ts';
import type { WorkflowNeeds } from '../plugins/apply/manager-options.ts';
import type { PluginRecords } from '../storage/plugin-records.ts';

/** What stored workflows need of plugins, by what was noted when they were stored: action → `{ origin, digest }`. */
export function workflowNeeds(records: () => PluginRecords): WorkflowNeeds {
  const gather = async (keyOf: (action: string, row: unknown) => string | undefined, currentOnly: boolean) => {
    const found = new Map<string, Set<string>>();
    for (const { alias, current, actions } of await records().pinnedActions()) {
      if ((currentOnly && !current) || !isRecord(actions)) continue;
      for (const [action, row] of Object.entries(actions)) {
        const key = keyOf(action, row);
        if (key !== undefined) found.set(key, (found.get(key) ?? new Set()).add(alias));
      }
    }
    return new Map([...found].map(([key, aliases]) => [key, [...aliases].toSorted()]));
  };
  return {
    using: () => gather((action) => action, true),
    pins: () => gather((_, row) => (isRecord(row) ? String(row['origin']) : undefined), false),
  };
}
