import type { BackplaneError } from '@backplane/sdk';
import { grantedCapabilities } from '../capabilities/asked-capabilities.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { loadFailure } from '../lifecycle/load-failure.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { LockEntry, LockOrigin, PluginsLock } from '../lock/lock-entry.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { type HostFacts, resolveManifest } from '../manifest/resolve-manifest.ts';
import { contributionsOf } from '../sources/fetched-plugin.ts';
import { type Candidate, findPlugins } from '../sources/find-plugins.ts';
import type { Fetched, PluginSource } from '../sources/plugin-source.ts';
import { readFolder } from '../sources/read-folder.ts';
import type { Desired } from './make-plan.ts';

export type PluginSources = ReadonlyMap<LockOrigin['from'], PluginSource>;

export interface DesiredOptions extends HostFacts {
  readonly builtinDirs: readonly string[];
  readonly lock: PluginsLock;
  readonly sources: PluginSources;
  readonly signal: AbortSignal;
  /** Looks for newer versions of these, though the lock has one that fits. */
  readonly upgrade?: readonly string[];
  /** Looks for nothing else; absent: for all. */
  readonly only?: readonly string[];
}

/** A plugin as it was found, and what that means for the plan; no wish for those that merely lie in the plugin folder. */
export interface Found {
  readonly candidate: Candidate;
  readonly wish?: Desired;
}

/** Sources whose versions stand still: what the lock says goes on fitting while the wish is the same. */
const STANDS_STILL: readonly string[] = ['npm', 'archive', 'git'];

/** Finds everything that config/plugins.yaml names, side by side. Fetches what is missing; runs no code; never throws for one plugin. */
export async function findDesired(options: DesiredOptions): Promise<Found[]> {
  const { builtinDirs, config, only } = options;
  const found = findPlugins(builtinDirs, config, (thrown, id) => loadFailure(id, undefined, thrown, 'load'));
  const asked = only === undefined ? found : found.filter(({ id }) => only.includes(id));
  return Promise.all(asked.map((candidate) => examine(candidate, options)));
}

async function examine(candidate: Candidate, options: DesiredOptions): Promise<Found> {
  const { id, origin, setting, wanted, manifest } = candidate;
  if (!wanted || options.only?.includes(id) === false) return { candidate };
  if (setting?.enabled === false) return { candidate, wish: { id, state: 'disabled' } };
  try {
    if (origin.from === 'other') return await fromSource(candidate, origin.text, options);
    if (!('version' in manifest)) throw manifest;
    if (origin.from === 'builtin') return { candidate, wish: { id, state: 'builtin', version: manifest.version } };
    resolveManifest(candidate, manifest, options);
    return await fromFolder(candidate, manifest, origin.path, options);
  } catch (thrown) {
    return refused(candidate, loadFailure(id, undefined, thrown, 'load'));
  }
}

/** A snapshot of the folder is what runs; without a store for it, what lies there now. */
async function fromFolder(
  candidate: Candidate,
  manifest: Manifest,
  path: string,
  options: DesiredOptions,
): Promise<Found> {
  const { sources, signal } = options;
  const source = sources.get('folder');
  if (source === undefined) {
    const integrity = await readFolder(path, { what: candidate.id, signal });
    const origin = { from: 'folder', path } as const;
    const entry = { ...rowOf(manifest, origin, integrity), signature: ABSENT, provenance: ABSENT };
    return { candidate: { ...candidate, integrity }, wish: wish(candidate, manifest, entry, options) };
  }
  const fetched = await snapshot(source, path, signal);
  const placed = fetchedCandidate(candidate, fetched, `folder:${path}`);
  const taken = fetched.artifact.manifest;
  resolveManifest(placed, taken, options);
  return { candidate: placed, wish: wish(placed, taken, { ...fetched.entry, id: candidate.id }, options) };
}

const ABSENT = { state: 'absent' } as const;
/** Tries to find a moment between two changes; of those that come later the watch tells. */
const SNAPSHOT_TRIES = 3;

async function snapshot(source: PluginSource, path: string, signal: AbortSignal): Promise<Fetched> {
  for (let tries = 1; ; tries++) {
    try {
      return await source.fetch(await source.resolve(path, signal), { signal });
    } catch (error) {
      if ((error as BackplaneError).code !== 'PLUGIN_FOLDER_UNSETTLED' || tries === SNAPSHOT_TRIES) throw error;
    }
  }
}

async function fromSource(candidate: Candidate, use: string, options: DesiredOptions): Promise<Found> {
  const source = sourceOf(use, options.sources);
  // No such source: the candidate carries the error that says so.
  if (source === undefined) throw candidate.manifest;
  const { id } = candidate;
  const { lock, signal, upgrade = [] } = options;
  const locked = currentEntry(lock, id);
  const stays = locked?.use === use && STANDS_STILL.includes(source.kind) && !upgrade.includes(id);
  const fetched = stays
    ? await fetchLocked(source, locked, signal)
    : await source.fetch(await source.resolve(use.slice(use.indexOf(':') + 1), signal), { signal });
  const placed = fetchedCandidate(candidate, fetched, use);
  const { manifest } = fetched.artifact;
  resolveManifest(placed, manifest, options);
  return { candidate: placed, wish: wish(placed, manifest, { ...fetched.entry, id, use }, options) };
}

/** Exactly the bytes of a row of the lock. */
export function fetchLocked(source: PluginSource, locked: LockEntry, signal: AbortSignal): Promise<Fetched> {
  const { id, version, origin, integrity } = locked;
  return source.fetch({ id, version, origin, integrity }, { locked, signal });
}

export function sourceOf(use: string, sources: PluginSources): PluginSource | undefined {
  return sources.get(use.slice(0, Math.max(use.indexOf(':'), 0)) as LockOrigin['from']);
}

export function fetchedCandidate(candidate: Candidate, { artifact, entry, recall }: Fetched, text: string): Candidate {
  const { folder, manifest, integrity } = artifact;
  const commit = entry.origin.from === 'git' ? { commit: entry.origin.commit } : {};
  return {
    ...(recall && { recall }),
    ...candidate,
    origin: { from: 'store', path: folder, text, ...commit },
    manifest,
    integrity,
    download: entry.integrity,
  };
}

function rowOf(manifest: Manifest, origin: LockOrigin, integrity: string) {
  const { id, version } = manifest;
  return { id, version, origin, integrity, contributions: contributionsOf(manifest) };
}

function wish(
  { id, setting }: Candidate,
  manifest: Manifest,
  entry: Omit<LockEntry, 'capabilities'>,
  { config }: HostFacts,
): Desired {
  const capabilities = grantedCapabilities(id, manifest.capabilities as Capabilities, setting?.grants);
  return { id, state: 'wanted', entry, capabilities, trusted: config.trust.includes(id) };
}

function refused(candidate: Candidate, error: BackplaneError): Found {
  // Where nothing was fetched, the reason is all that is known of it.
  const known = candidate.origin.from === 'other' ? { ...candidate, manifest: error } : candidate;
  return { candidate: known, wish: { id: candidate.id, state: 'refused', error } };
}
