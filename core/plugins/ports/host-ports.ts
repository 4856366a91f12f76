import type { Gateway, Http, Workflows } from '@backplane/sdk';
import type { ScriptSandbox } from '../../sandbox/script-sandbox.ts';
import type { KeyValueStore } from '../../storage/key-value-store.ts';
import type { ConnectionSource } from '../connections/connection-source.ts';
import type { PluginDatabases } from '../database/plugin-databases.ts';

/**
 * What a host lends to plugins. A command that has no database or no engine leaves out what it does not have; an action that
 * needs it then fails with PLUGIN_PORT_UNAVAILABLE.
 */
export interface HostPorts {
  readonly http?: Http;
  readonly scripts?: ScriptSandbox;
  /** One store for all plugins; each works in a scope of its own. */
  readonly kv?: KeyValueStore;
  /** Each workspace has its own. */
  readonly workflows?: { in(workspace: string): Workflows };
  /** It belongs to the default workspace; that of others refuses. */
  readonly gateway?: { in(workspace: string): Gateway };
  readonly connections?: ConnectionSource;
  /** The schemas of plugins; each sees its own. */
  readonly database?: PluginDatabases;
}

/** On whose behalf a port is used. */
export interface PortCaller {
  readonly plugin: string;
  readonly action: string;
  /** Id of the workspace. */
  readonly workspace: string;
  readonly environment: string;
  readonly signal: AbortSignal;
  /** Told every secret value handed out or attached. */
  onSecret?(value: string): void;
}
