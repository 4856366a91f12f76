import type { ErrorRecord } from '@backplane/sdk';
import type { AppliedChange, Asked } from '../plugin-host.ts';
import type { GitSourceStatus, PromoteOptions, SourceCall, SourcePlugin } from '../sources/git/git-sources.ts';
import type { SourceDiff } from '../sources/git/source-diff.ts';

/** A plugin of config/plugins.yaml that comes from a source. */
export interface PluginOfSource {
  readonly id: string;
  /** `git:<source>/<path>`. */
  readonly use: string;
  /**
   * `current`: it runs from the commit in use. `behind`: it runs from another one. `waiting`: it asks for more than was approved.
   * `failed`: the commit in use does not work for it; what ran before still does. `off`: switched off, or nothing of it runs.
   */
  readonly state: 'current' | 'behind' | 'waiting' | 'failed' | 'off';
  /** What runs. */
  readonly version?: string;
  readonly commit?: string;
  readonly error?: ErrorRecord;
}

export interface SourceSummary extends GitSourceStatus {
  readonly plugins: readonly PluginOfSource[];
}

/** One audit row. */
export interface SourceEvent {
  readonly at: string;
  readonly action: string;
  readonly by?: string;
  readonly commit?: string;
  readonly code?: string;
  readonly reason?: string;
}

export interface SourceView extends SourceSummary {
  /** What the commit in use offers and config/plugins.yaml does not name. */
  readonly unused: readonly SourcePlugin[];
  /** Newest first. */
  readonly events: readonly SourceEvent[];
}

/** What became of a source, and with it of its plugins. */
export interface SourceOutcome {
  readonly source: SourceSummary;
  /** False: nothing was applied, because `apply: manual` wants a person to do it. */
  readonly applied: boolean;
  /** What became of each plugin that the move concerns. */
  readonly changes: readonly AppliedChange[];
}

/** Git sources as administrators work with them. Throws coded errors only; GIT_SOURCE_NOT_FOUND for an unknown id. */
export interface SourceOperations {
  list(): Promise<readonly SourceSummary[]>;
  show(id: string): Promise<SourceView>;
  /** Rejects with what went wrong, also when the newest commit is refused; what is in use stays in use. */
  sync(id: string, signal?: AbortSignal): Promise<SourceOutcome>;
  diff(id: string, range: { readonly from?: string; readonly to?: string }): Promise<SourceDiff>;
  /** Puts a commit in use and moves the plugins of the source there, each by itself: one that fails goes on as before. */
  promote(id: string, options: PromoteOptions): Promise<SourceOutcome>;
  rollback(id: string, options: Asked): Promise<SourceOutcome>;
  /** Throws GIT_WEBHOOK_REFUSED. */
  prove(id: string, call: SourceCall): Promise<void>;
  /** Resolves at once; the sync comes after. */
  syncSoon(id: string): Promise<void>;
}
