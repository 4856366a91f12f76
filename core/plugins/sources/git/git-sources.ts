import type { ErrorRecord } from '@backplane/sdk';
import type { PluginSource } from '../plugin-source.ts';
import type { SourceDiff } from './source-diff.ts';

/** One commit of a source, as it was checked. */
export interface SourceCommit {
  /** 40 (or 64) hex digits. */
  readonly commit: string;
  /** First line of its message, cut; ISO time of the committer. Both are the author's claims. */
  readonly subject: string;
  readonly committedAt: string;
  /** Who signed it: principal or user id, and the fingerprint of the key. Absent: the source asks for no signature. */
  readonly signer?: { readonly name: string; readonly key: string };
}

/**
 * `empty`: never brought over. `current`: what is used is the newest. `waiting`: a newer commit waits for a person (`why` says for what).
 * `refused`: the newest commit breaks a rule, or has faults. `unreachable`: the last attempt got nothing. What is used stays in use in all of them.
 */
export type SourceState = 'empty' | 'current' | 'waiting' | 'refused' | 'unreachable';

export interface GitSourceStatus {
  readonly id: string;
  readonly url: string;
  readonly ref: string;
  readonly subdir: string;
  readonly promote: 'manual' | 'auto';
  readonly state: SourceState;
  /** What plugins are taken from. */
  readonly current?: SourceCommit;
  /** Newest commit that keeps the rules, when it is not the current one. */
  readonly candidate?: SourceCommit;
  /** Why the candidate waits. `rewritten`: it does not continue the current commit (a force push, or an older one). */
  readonly why?: 'manual' | 'capabilities' | 'breaking' | 'rewritten' | 'problems' | 'rolled-back';
  /** What `rollback` would return to. */
  readonly previous?: SourceCommit;
  /** ISO times of the last attempt, and of the last one that worked. */
  readonly triedAt?: string;
  readonly fetchedAt?: string;
  /** When the next attempt is due; absent without `every`. */
  readonly nextAt?: string;
  /** Of the last attempt, with its remedy; gone when the next one works. */
  readonly error?: ErrorRecord;
  /** One line about what the candidate changes; absent for one that somebody went back from. */
  readonly pending?: string;
  /** Who moved the pointer, newest first; the last twenty. */
  readonly moves: readonly SourceMove[];
  /** The last move, until its plugins have followed it. */
  readonly unfollowed?: SourceMove;
}

/** Somebody, or the rules of the source, put another commit in use. */
export interface SourceMove {
  /** ISO time. */
  readonly at: string;
  readonly by: string;
  readonly action: 'promote' | 'rollback';
  readonly commit: string;
}

/** One plugin of a commit: a folder with a manifest, or (`templates`) the bare YAML templates of the repository, data only. */
export interface SourcePlugin {
  readonly kind: 'plugin' | 'templates';
  readonly id: string;
  readonly version: string;
  /** Inside the source, below `subdir`; empty for the root and for `templates`. What stands behind `git:<source>/`. */
  readonly path: string;
}

/** The calls of a vendor that tell of a push. Header names are lower case. */
export interface SourceCall {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface PromoteOptions {
  /** Absent: the candidate. Otherwise a commit that was fetched, at least its first seven digits. */
  readonly commit?: string;
  /** Whom the record names. */
  readonly by: string;
}

/**
 * The Git repositories of `config/plugins.yaml`. Every method throws coded errors only; `GIT_SOURCE_NOT_FOUND` for an unknown id. Calls for one
 * source run one after the other; sources do not wait for each other.
 */
export interface GitSources extends AsyncDisposable {
  readonly plugins: PluginSource;
  list(): Promise<readonly GitSourceStatus[]>;
  status(id: string): Promise<GitSourceStatus>;
  /** Plugins of a commit (absent: the current one). */
  contents(id: string, commit?: string): Promise<readonly SourcePlugin[]>;
  /**
   * Fetches, checks and, where the rules say so, promotes. Rejects with what went wrong; that also stands in the status. What is used is
   * never touched by a failure.
   */
  sync(id: string, signal?: AbortSignal): Promise<GitSourceStatus>;
  /** What changes between two fetched commits (absent: from current to candidate). */
  diff(id: string, range?: { readonly from?: string; readonly to?: string }): Promise<SourceDiff>;
  promote(id: string, options: PromoteOptions): Promise<GitSourceStatus>;
  /** Back to what was current before; automatic promotion then waits until a newer commit comes. */
  rollback(id: string, options: { readonly by: string }): Promise<GitSourceStatus>;
  /** Notes that plugins have followed a move: nobody has to make up for it. */
  followed(id: string, move: SourceMove): Promise<void>;
  /** Throws GIT_WEBHOOK_REFUSED unless the call was made by somebody who knows the secret of the source. */
  prove(id: string, call: SourceCall): Promise<void>;
  /** Syncs in the background; however many ask meanwhile, once more after that. What goes wrong stands in the status and the log. */
  syncSoon(id: string): void;
  /** The timers of `every` begin. Until then nothing happens unasked. */
  start(): void;
  /** Called when this host put another commit of a source in use. */
  onChange(listener: (source: string, move: SourceMove) => void): Disposable;
}
