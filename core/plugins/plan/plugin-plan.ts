import type { ErrorRecord } from '@backplane/sdk';
import type { ApprovalRow } from '../capabilities/approval-view.ts';
import type { CapabilityChange } from '../capabilities/capabilities.ts';
import type { LockEntry } from '../lock/lock-entry.ts';

export type ChangeKind =
  | 'add'
  | 'remove'
  | 'upgrade'
  | 'downgrade'
  /** Same version, other files. */
  | 'replace'
  | 'reconfigure'
  | 'enable'
  | 'disable'
  | 'await-approval'
  /** What is wanted cannot run; what ran before still does. */
  | 'refuse';

/** What would become of one plugin. */
export interface PlannedChange {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly from?: string;
  readonly to?: string;
  /** In words, for the person who decides. */
  readonly reason: string;
  readonly capabilities?: {
    readonly change: CapabilityChange;
    readonly digest: string;
    /** Everything asked for, with its reason. */
    readonly asked: readonly string[];
    /** The same for whoever decides, with what is new against the last approval. */
    readonly rows: readonly ApprovalRow[];
    /** What was approved and is not asked for any more. */
    readonly dropped: readonly string[];
  };
  /** `kind:name`. */
  readonly contributions?: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Stored workflows that use what is taken away or exchanged. */
  readonly workflows?: readonly string[];
  readonly error?: ErrorRecord;
  /** The row that the lock gets when this is applied. */
  readonly entry?: LockEntry;
}

/** Desired − actual. */
export interface PluginPlan {
  /** What the lock counted when the plan was made: it can only be applied to that. */
  readonly serial: number;
  /** Sorted by id; empty: everything is as wanted. */
  readonly changes: readonly PlannedChange[];
}
