import type { Log } from '@backplane/sdk';
import type { ActionRegistry } from '../../registry/runnable-action.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { HostPorts } from '../ports/host-ports.ts';

/** How long each step of a plugin's life may take, in milliseconds. */
export interface PluginDeadlines {
  readonly loadMs: number;
  readonly startMs: number;
  /** Of each clean-up. */
  readonly stopMs: number;
  /** How long the host waits for slow plugins before it goes on without them; they join later. */
  readonly patienceMs: number;
}

export const DEADLINES: PluginDeadlines = { loadMs: 5_000, startMs: 10_000, stopMs: 5_000, patienceMs: 2_000 };

/** What all plugins of a host have in common. */
export interface PluginSurroundings {
  readonly config: PluginsConfig;
  readonly registry: ActionRegistry;
  readonly ports: HostPorts;
  readonly log: Log;
  readonly hostVersion: string;
  readonly deadlines: PluginDeadlines;
}
