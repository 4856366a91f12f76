import { raise } from '../../errors/catalogue.ts';
import type { LockEntry } from '../lock/lock-entry.ts';
import { type DesiredOptions, fetchedCandidate, fetchLocked, findDesired } from '../plan/find-desired.ts';
import type { Candidate } from '../sources/find-plugins.ts';

/** The files of a row of the lock. Throws PLUGIN_LOCK_MISMATCH when a folder holds others by now, or what its source throws. */
export async function candidateOfRow(row: LockEntry, options: DesiredOptions): Promise<Candidate> {
  const { id, version, origin, integrity } = row;
  const { config, sources, signal } = options;
  const source = sources.get(origin.from);
  if (source !== undefined) {
    const text = row.use ?? `${origin.from}:${origin.from === 'folder' ? origin.path : id}`;
    const setting = Object.hasOwn(config.plugins, id) ? { setting: config.plugins[id]! } : {};
    const manifest = raise.PLUGIN_SOURCE_UNSUPPORTED({ id, use: text });
    const bare: Candidate = { id, origin: { from: 'other', text }, manifest, wanted: true, ...setting };
    return fetchedCandidate(bare, await fetchLocked(source, row, signal), text);
  }
  const found = (await findDesired(options)).find(({ candidate }) => candidate.id === id)?.candidate;
  // The same folder may lie elsewhere on the host that wrote the row.
  const now = (origin.from === 'folder' && found?.integrity) || 'nothing';
  if (found === undefined || now !== integrity)
    throw raise.PLUGIN_LOCK_MISMATCH({ id, version, expected: integrity, found: now });
  return found;
}

/** True when these are the bytes of the row. */
export function isOfRow({ integrity, download = integrity, manifest }: Candidate, row: LockEntry): boolean {
  return download === row.integrity && 'version' in manifest && manifest.version === row.version;
}
