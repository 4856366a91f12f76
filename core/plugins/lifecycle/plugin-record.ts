import type { ErrorRecord } from '@backplane/sdk';

/**
 * `discovered`: the manifest was found, nothing asked for it. `disabled`: switched off. `resolved`: fits this host, not loaded yet.
 * `loaded`: its code ran, its contributions are known. `active`: its actions can be called; `stopped`: no longer.
 * `failed`: it could not become active; everything else goes on.
 */
export type PluginState = 'discovered' | 'disabled' | 'resolved' | 'loaded' | 'active' | 'failed' | 'stopped';

export type PluginOrigin =
  | { readonly from: 'builtin'; readonly path: string }
  | { readonly from: 'folder'; readonly path: string }
  | { readonly from: 'other'; readonly text: string };

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
}
