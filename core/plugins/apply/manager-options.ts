import type { PluginSurroundings } from '../lifecycle/plugin-settings.ts';
import type { LockFile } from '../lock/lock-file.ts';
import type { PluginSources } from '../plan/find-desired.ts';
import type { PluginsConfig } from '../plugins-config.ts';

/** What stored workflows need of plugins. */
export interface WorkflowNeeds {
  /** Aliases of stored workflows that call one of these actions, by the action's name. */
  using(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** `plugin@version` → aliases of the workflows with a version that pins it. */
  pins(): Promise<ReadonlyMap<string, readonly string[]>>;
}

export interface ManagerOptions extends PluginSurroundings {
  readonly builtinDirs: readonly string[];
  readonly lock: LockFile;
  readonly sources: PluginSources;
  /** The newest config/plugins.yaml. Throws CONFIG_INVALID. */
  readConfig(): PluginsConfig;
  readonly workflows?: WorkflowNeeds;
  /** For tools: also what is not built in is loaded when one of its actions is first used. */
  readonly outsideOnUse?: boolean;
}
