import type { MountedContribution } from '../contributions/read-mounted.ts';
import type { Mounted } from '../contributions/shapes.ts';

/** The tables of one version of a plugin, and how they come to be. */
export interface PluginTables {
  readonly entities: readonly Mounted['entity'][];
  /** Sorted by name. */
  readonly migrations: readonly Mounted['migration'][];
}

/** Undefined for a plugin without any. */
export function tablesOf(mounted: readonly MountedContribution[]): PluginTables | undefined {
  const entities = mounted.flatMap((one) => (one.kind === 'entity' ? [one.value] : []));
  const migrations = mounted.flatMap((one) => (one.kind === 'migration' ? [one.value] : []));
  if (entities.length === 0 && migrations.length === 0) return undefined;
  return { entities, migrations: migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}
