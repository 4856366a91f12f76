import type { LockEntry, LockOrigin } from '../lock/lock-entry.ts';
import type { PluginArtifact } from '../store/plugin-artifact.ts';

/** What a source found for a wish such as `npm:@acme/tickets@^1.4`, nothing of it fetched yet. */
export interface Candidate {
  /** The plugin's id where the wish or the source tells it. */
  readonly id?: string;
  readonly version: string;
  readonly origin: LockOrigin;
  /** As the source itself claims; checked when fetched. */
  readonly integrity?: string;
  /** What whoever decides should know: that the version is deprecated, that a newer one is too young. */
  readonly notes?: readonly string[];
}

/** A version that lies in the store, checked: what a plan works with. None of its code has run. */
export interface Fetched {
  readonly artifact: PluginArtifact;
  readonly entry: Omit<LockEntry, 'capabilities'>;
  /** Absent: nothing is known from before, and nobody keeps anything. */
  readonly recall?: Recall;
}

/** What is known of a version from before. */
export interface Recall {
  /** Its files were not looked at this time: to be called before code of it is loaded. Throws PLUGIN_STORE_DAMAGED. */
  check?(): Promise<void>;
  /** What its code said of itself when it was loaded. */
  readonly described?: unknown;
  /** Keeps what its code says of itself. */
  remember(described: unknown): void;
}

/**
 * A place where plugins come from: npm, a folder, a Git repository, an archive. One contract suite holds for all. Every method throws
 * coded errors only, changes nothing when it fails, and may be called for several plugins at once.
 */
export interface PluginSource {
  readonly kind: LockOrigin['from'];
  /** The newest version that fits the wish (the text behind `kind:`) and the rules of the administrator. */
  resolve(wish: string, signal: AbortSignal): Promise<Candidate>;
  /** Brings exactly this candidate into the store, or finds it there; with `locked` the bytes must be the same as then. */
  fetch(candidate: Candidate, options: { readonly locked?: LockEntry; readonly signal: AbortSignal }): Promise<Fetched>;
  /** Tells when something may have changed; the caller decides what to do. */
  watch?(wish: string, changed: () => void): AsyncDisposable;
  /** Drops the versions of a plugin that nothing needs, where each change makes one. `needed`: digests of trees. */
  forget?(id: string, needed: ReadonlySet<string>): Promise<void>;
}
