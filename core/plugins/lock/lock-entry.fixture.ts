import type { LockEntry } from './lock-entry.ts';

/** A row as an npm source makes it. */
export function lockEntry(id: string, version: string, over: Partial<LockEntry> = {}): LockEntry {
  return {
    id,
    version,
    origin: {
      from: 'npm',
      name: id,
      registry: 'https://registry.test',
      tarball: `https://registry.test/${id}-${version}.tgz`,
    },
    integrity: `sha512-${id}-${version}`,
    signature: { state: 'absent' },
    provenance: { state: 'absent' },
    capabilities: { digest: 'sha256-none' },
    contributions: [`action:tools.${id}.act`],
    ...over,
  };
}
