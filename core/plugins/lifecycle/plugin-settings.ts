import type { Log } from '@backplane/sdk';
import type { ActionRegistry } from '../../registry/runnable-action.ts';
import type { Provider } from '../contracts/bind-dependencies.ts';
import type { ContributionBoard } from '../contributions/contribution-board.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { HostPorts } from '../ports/host-ports.ts';
import type { Tier, TierLimits, TierName } from '../tiers/tier.ts';
import type { CrashPolicy } from './crash-counter.ts';
import type { PluginEvent } from './plugin-life.ts';

/** How long each step of a plugin's life may take, in milliseconds. */
export interface PluginDeadlines {
  /** From when it is its turn: so many are loaded at once as there are cores. */
  readonly loadMs: number;
  readonly startMs: number;
  /** Sign of life before it takes over. */
  readonly healthMs: number;
  /** How long running calls may finish after another version took over, or the plugin was switched off. */
  readonly drainMs: number;
  /** Of each clean-up. */
  readonly stopMs: number;
  /** How long the host waits for slow plugins before it goes on without them; they join later. */
  readonly patienceMs: number;
}

export const DEADLINES: PluginDeadlines = {
  loadMs: 10_000,
  startMs: 10_000,
  healthMs: 2_000,
  drainMs: 60_000,
  stopMs: 5_000,
  patienceMs: 2_000,
};

export const TIER_LIMITS: TierLimits = {
  wallMs: 300_000,
  memoryMb: 256,
  outputChars: 16_777_216,
  hostCalls: 10_000,
  logLines: 1_000,
};

/** What all plugins of a host have in common. */
export interface PluginSurroundings {
  readonly config: PluginsConfig;
  readonly registry: ActionRegistry;
  readonly ports: HostPorts;
  /** Where what plugins bring besides actions is found; absent: this command has no use for it. */
  readonly board?: ContributionBoard;
  readonly log: Log;
  readonly hostVersion: string;
  readonly deadlines: PluginDeadlines;
  /** A plugin of this host that others may call, in a version that the test takes. */
  provider(id: string, fits: (version: string) => boolean): Provider | undefined;
  readonly tiers: ReadonlyMap<TierName, Tier>;
  readonly crashes?: CrashPolicy;
  onEvent?(event: PluginEvent): void;
}
