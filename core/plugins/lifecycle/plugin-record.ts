import type { ErrorRecord } from '@backplane/sdk';
import type { LockEntry } from '../lock/lock-entry.ts';
import type { PluginState } from './plugin-state.ts';

export type PluginOrigin =
  | { readonly from: 'builtin'; readonly path: string }
  | { readonly from: 'folder'; readonly path: string }
  /** A version in the store; `text` is what config/plugins.yaml calls its source; `commit` of a Git source. */
  | { readonly from: 'store'; readonly path: string; readonly text: string; readonly commit?: string }
  | { readonly from: 'other'; readonly text: string };

/** Where somebody works on a plugin, wherever its snapshot lies; undefined for all that does not come from a folder. */
export function workFolder(origin: PluginOrigin): string | undefined {
  if (origin.from === 'folder') return origin.path;
  return origin.from === 'store' && origin.text.startsWith('folder:') ? origin.text.slice('folder:'.length) : undefined;
}

/** A plugin as people and the API see it. */
export interface PluginRecord {
  readonly id: string;
  /** `unknown` while the manifest cannot be read. */
  readonly version: string;
  readonly origin: PluginOrigin;
  readonly tier: string;
  readonly state: PluginState;
  /** ISO time of the last change of state. */
  readonly since: string;
  readonly required: boolean;
  /** False while the code of an active plugin waits for the first call of one of its actions. */
  readonly codeLoaded: boolean;
  readonly error?: ErrorRecord;
  readonly contributions: { readonly actions: readonly string[] };
  /** Faults of its code outside any call, since the host started. */
  readonly faults: number;
  /** Calls under way. */
  readonly calls: number;
  /** What it ended of unexpectedly, within the window that counts. */
  readonly crashes: number;
  /** What is wanted instead and cannot run, or waits for an approval. */
  readonly pending?: { readonly version?: string; readonly kind: string; readonly error?: ErrorRecord };
  /** Older versions that stay for workflows which pin them. */
  readonly older?: readonly string[];
  /** What `backplane plugin rollback` would return to. */
  readonly previous?: string;
  /** What the lock says of the version that runs; absent for what is built in. */
  readonly locked?: Pick<LockEntry, 'integrity' | 'signature' | 'provenance' | 'capabilities'>;
}
