import type { AdoptedPlugin } from '../adopt-plugin.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { PluginArtifact } from '../store/plugin-artifact.ts';
import type { Turns } from './turns.ts';

export type TierName = 'trusted' | 'process' | 'isolate';

/** What one plugin may use at most; exceeding one ends the call, or the plugin's process, with a code of its own. */
export interface TierLimits {
  /** Of one call, when the action says nothing; milliseconds. */
  readonly wallMs: number;
  readonly memoryMb: number;
  /** JSON characters of one answer. */
  readonly outputChars: number;
  /** Calls of host ports within one call. */
  readonly hostCalls: number;
  readonly logLines: number;
}

/** A plugin whose code is loaded in its tier. Same shape wherever it runs: the actions' `run` crosses whatever stands between. */
export interface TierInstance extends AsyncDisposable {
  /** What it exports, checked. The `start` of it starts the plugin in its tier. */
  readonly plugin: AdoptedPlugin;
  /** Resolves with the reason when the tier lost it: crashed, killed for a limit. Never for `trusted`. */
  readonly lost: Promise<string>;
  /** What its code says of itself, as data; absent where the code itself is here. */
  readonly described?: unknown;
  /** True until its code is loaded, by the first call of it. */
  readonly asleep?: boolean;
  /** Cheap sign of life; rejects when the plugin does not answer in time. */
  ping(signal: AbortSignal): Promise<void>;
}

export interface TierLoad {
  readonly artifact: PluginArtifact;
  readonly granted: Capabilities;
  readonly limits: TierLimits;
  /** Called before code of it is loaded; what it throws ends the loading. */
  check?(): Promise<void>;
  /** What the same code said of itself before: it need not be loaded before its first call. */
  readonly described?: unknown;
  readonly signal: AbortSignal;
}

/** Where plugin code runs. */
export interface Tier extends AsyncDisposable {
  readonly name: TierName;
  /** Whose turn it is to load: the time that a plugin may take for it begins then. Absent: all at once. */
  readonly turns?: Turns;
  /** Loads the entry; `start` has not run. Throws coded errors only. */
  load(request: TierLoad): Promise<TierInstance>;
}
