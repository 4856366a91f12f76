import type { ErrorRecord } from '@backplane/sdk';
import type { NameListKey } from '@backplane/sdk/host';
import type { PluginRecord } from './lifecycle/plugin-record.ts';
import type { Kept } from './lock/lock-changes.ts';
import type { PluginsLock } from './lock/lock-entry.ts';
import type { PlannedChange, PluginPlan } from './plan/plugin-plan.ts';

/** Why a plugin stands where it stands. */
export interface PluginExplanation {
  readonly id: string;
  /** A few sentences for people. */
  readonly text: string;
  /** Absent when no such plugin is known. */
  readonly record?: PluginRecord;
}

/** What became of one planned change. `kept`: the version before goes on serving. */
export interface AppliedChange extends Omit<PlannedChange, 'entry'> {
  readonly outcome: 'done' | 'waiting' | 'kept' | 'failed';
  readonly error?: ErrorRecord;
}

/** Who asks, for the audit rows. */
export interface Asked {
  readonly by: string;
}

export interface ApplyRequest extends Asked {
  /** Only these; absent: all. */
  readonly only?: readonly string[];
  /** Looks for newer versions of these. */
  readonly upgrade?: readonly string[];
  /** What the plan counted that is applied; absent: whatever the lock counts now. */
  readonly serial?: number;
}

/** What administrators do. Every method works on the newest config/plugins.yaml, and changes nothing when it throws. */
export interface PluginAdministration {
  plan(request?: { readonly upgrade?: readonly string[] }): Promise<PluginPlan>;
  /** Each plugin by itself, all or nothing; none waits for another. Throws PLUGIN_LOCK_CONFLICT when another host was faster. */
  apply(request: ApplyRequest): Promise<readonly AppliedChange[]>;
  /** With `digest` only exactly that. Throws PLUGIN_NOT_WAITING, PLUGIN_APPROVAL_STALE. */
  approve(id: string, request: Asked & { readonly digest?: string }): Promise<AppliedChange>;
  /** Throws PLUGIN_NO_PREVIOUS. */
  rollback(id: string, request: Asked): Promise<AppliedChange>;
  prune(request: Asked): Promise<{ readonly removed: readonly string[]; readonly kept: readonly Kept[] }>;
  /** Brings what runs in line with what the hosts of this database agree on by now. */
  catchUp(): Promise<readonly AppliedChange[]>;
  lock(): PluginsLock;
}

/** The module of an active plugin, for those who load it in processes of their own. */
export interface PluginModule {
  readonly id: string;
  readonly version: string;
  /** Real path; another one for every version that was edited in a folder. */
  readonly folder: string;
  /** Real path. */
  readonly entry: string;
  /** Of its files; absent for what is built in. */
  readonly integrity?: string;
  /** What its manifest names of the kind that was asked for. */
  readonly names: readonly string[];
}

/** Code that somebody runs outside the host process. */
export type ModuleInUse = Pick<PluginModule, 'id' | 'integrity'>;

/** The plugins of a running host. Disposing stops them all, the last started first. */
export interface PluginHost extends PluginAdministration, AsyncDisposable {
  records(): readonly PluginRecord[];
  explain(id: string): PluginExplanation;
  /** Active plugins whose manifests name something of this kind, none of them loaded for it; those that are built in first. */
  bringing(kind: NameListKey): readonly PluginModule[];
  /**
   * The active plugin that {@link bringing} lists first for a name, once what it brings is on the board: one that waits for its use is loaded.
   * Undefined where there is none; rejects when it cannot be loaded.
   */
  bring(kind: NameListKey, name: string): Promise<string | undefined>;
  /** Snapshots of folders stay on the disk as long as they are named here, whatever serves in the host by then. */
  keep(inUse: () => readonly ModuleInUse[]): void;
  /** The plugin whose code a stack trace leads to. */
  ownerOf(thrown: unknown): string | undefined;
  /** Counts a fault that a plugin's code caused outside any call, so that it shows in its record. */
  noteFault(id: string, problem: unknown): void;
}
