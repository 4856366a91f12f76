import type { PluginRecord } from './lifecycle/plugin-record.ts';

/** Why a plugin stands where it stands. */
export interface PluginExplanation {
  readonly id: string;
  /** A few sentences for people. */
  readonly text: string;
  /** Absent when no such plugin is known. */
  readonly record?: PluginRecord;
}

/** The plugins of a running host. Disposing stops them all, the last started first. */
export interface PluginHost extends AsyncDisposable {
  records(): readonly PluginRecord[];
  explain(id: string): PluginExplanation;
  /** The plugin whose code a stack trace leads to. */
  ownerOf(thrown: unknown): string | undefined;
  /** Counts a fault that a plugin's code caused outside any call, so that it shows in its record. */
  noteFault(id: string, problem: unknown): void;
}
