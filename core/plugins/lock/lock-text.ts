import { isRecord } from '../../language/values/is-record.ts';
import type { PluginsLock } from './lock-entry.ts';

/** The one spelling of a lock: keys sorted, versions in order, a line break at the end. */
export function lockText(lock: PluginsLock): string {
  return `${JSON.stringify(sorted(lock), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

/** Lists of a lock have no order of their own: rows by version, contributions by name. */
function rank(item: unknown): string {
  return isRecord(item) ? String(item['version']) : String(item);
}
