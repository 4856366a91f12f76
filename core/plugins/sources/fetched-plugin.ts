import type { ContributionKind } from '@backplane/sdk';
import { INDEX_KEYS } from '@backplane/sdk/host';
import { raise } from '../../errors/catalogue.ts';
import type { LockEntry, LockOrigin, Proof } from '../lock/lock-entry.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import type { PluginArtifact } from '../store/plugin-artifact.ts';
import type { Fetched } from './plugin-source.ts';

/** The row for the lock of what lies in the store. `integrity`: of the download, or of the tree where nothing was downloaded. */
export function fetchedPlugin(
  artifact: PluginArtifact,
  origin: LockOrigin,
  integrity: string,
  proofs: { readonly signature: Proof; readonly provenance: Proof } = UNSIGNED,
): Fetched {
  const { id, version, manifest } = artifact;
  const { signature, provenance } = proofs;
  return {
    artifact,
    entry: { id, version, origin, integrity, signature, provenance, contributions: contributionsOf(manifest) },
  };
}

const UNSIGNED = { signature: { state: 'absent' }, provenance: { state: 'absent' } } as const;

/** `kind:name` of everything that a manifest lists, sorted. */
export function contributionsOf({ contributes }: Manifest): string[] {
  return (Object.entries(INDEX_KEYS) as [ContributionKind, (typeof INDEX_KEYS)[ContributionKind]][])
    .flatMap(([kind, key]) => {
      const names = contributes[key];
      return (Array.isArray(names) ? names : Object.keys(names)).map((name) => `${kind}:${name}`);
    })
    .sort();
}

/** Throws PLUGIN_INTEGRITY_MISMATCH when these are not the bytes of the lock. */
export function checkIntegrity(what: string, found: string, expected: string | undefined): void {
  if (expected !== undefined && expected !== found) throw raise.PLUGIN_INTEGRITY_MISMATCH({ what, expected, found });
}

/** Throws PLUGIN_VERSION_MISMATCH when the lock has another version than the one that is asked for. */
export function checkLocked(version: string, locked: LockEntry | undefined): void {
  if (locked === undefined || locked.version === version) return;
  throw raise.PLUGIN_VERSION_MISMATCH({ name: locked.id, expected: locked.version, found: version });
}

/** Runs work on a source; that it was told to stop becomes PLUGIN_SOURCE_ABORTED, whatever stopped first. */
export async function stoppable<T>(wish: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    signal.throwIfAborted();
    return await work();
  } catch (cause) {
    if (signal.aborted) throw raise.PLUGIN_SOURCE_ABORTED({ wish }, { cause });
    throw cause;
  }
}
