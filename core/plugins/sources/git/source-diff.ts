import type { Position } from '@backplane/sdk';
import type { CapabilityChange } from '../../capabilities/capabilities.ts';

/** `additive`: whoever calls it today can go on. `breaking`: some call that works today will not. */
export type SchemaChange = 'same' | 'additive' | 'breaking';

export interface ContributionChange {
  /** `action:tools.acme.send`. */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of a changed one. */
  readonly schema?: SchemaChange;
  /** What breaks or is new, one line each. */
  readonly notes: readonly string[];
}

export interface PluginDiff {
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed' | 'same';
  /** Absent on the side where the plugin is not there. */
  readonly from?: string;
  readonly to?: string;
  readonly contributions: readonly ContributionChange[];
  readonly capabilities: CapabilityChange;
  /** Host by host, with the reasons: `+ network api.acme.com: …`. */
  readonly capabilityNotes: readonly string[];
}

/** What a person sees before a commit is used. */
export interface SourceDiff {
  readonly source: string;
  /** Absent: nothing is used yet, everything is new. */
  readonly from?: string;
  readonly to: string;
  readonly plugins: readonly PluginDiff[];
  readonly files: readonly { readonly path: string; readonly change: 'added' | 'removed' | 'changed' }[];
  /** The widest and the worst of all plugins. */
  readonly capabilities: CapabilityChange;
  readonly schema: SchemaChange;
  /** Why the new commit cannot be used, such as two plugins of one id; empty: it can. */
  readonly problems: readonly SourceProblem[];
}

export interface SourceProblem {
  readonly code: string;
  /** Begins with `file:line:column` where there is a place. */
  readonly message: string;
  /** `file` is relative to the source. */
  readonly position?: Position;
}
