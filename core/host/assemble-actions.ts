import type { Problem } from '../language/source/problem.ts';
import { ContributionBoard } from '../plugins/contributions/contribution-board.ts';
import { type LoadPluginsOptions, loadPlugins } from '../plugins/load-plugins.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import type { PluginsConfig } from '../plugins/plugins-config.ts';
import type { HostPorts } from '../plugins/ports/host-ports.ts';
import { createActionRegistry } from '../registry/action-registry.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import { loadTemplates } from '../registry/template/load-templates.ts';
import type { Logger } from '../telemetry/logger.ts';
import { registerControlActions } from '../workflow/control/control-actions.ts';
import type { LiveGitSources } from './live-git-sources.ts';
import { openPluginReach, type StandingPlugins } from './plugin-reach.ts';
import type { PluginSourcesOptions } from './plugin-sources.ts';
import { HOST_VERSION } from './version.ts';

export interface Actions extends AsyncDisposable {
  readonly registry: ActionRegistry;
  readonly plugins: PluginHost;
  /** What plugins bring besides actions. */
  readonly board: ContributionBoard;
  /** Absent where nothing is fetched. */
  readonly git?: LiveGitSources;
  /** What was left out of the templates, and why. */
  readonly problems: readonly Problem[];
}

export interface ActionSources
  extends Pick<LoadPluginsOptions, 'lock' | 'readConfig' | 'workflows' | 'onEvent' | 'outsideOnUse'> {
  readonly plugins: PluginsConfig;
  /** Earlier folders win. */
  readonly templates: readonly string[];
  readonly ports: HostPorts;
  readonly log: Logger;
  /** Absent: plugins are built in or folders. */
  fetching?(registry: ActionRegistry): PluginSourcesOptions;
  /** For tools without a host; in place of `fetching`. */
  readonly standing?: StandingPlugins;
  /** Called for an exception that nobody caught and no plugin caused. Absent: such exceptions end the process as usual. */
  fatal?(thrown: unknown): void;
}

/** Everything that a workflow can name: what steers it, the actions of plugins, then the templates that build on them. */
export async function assembleActions({
  plugins: config,
  templates,
  ports,
  log,
  fatal,
  fetching,
  standing,
  ...life
}: ActionSources): Promise<Actions> {
  const registry = createActionRegistry();
  registerControlActions(registry);
  const onFatal = fatal === undefined ? {} : { onFatal: fatal };
  const board = new ContributionBoard();
  await using undo = new AsyncDisposableStack();
  let loaded: PluginHost | undefined;
  const onFault = (id: string, problem: string) => loaded?.noteFault(id, problem);
  const { git, ...reach } = undo.use(openPluginReach({ log, onFault, fetching: fetching?.(registry), standing }));
  const plugins = await loadPlugins({
    ...life,
    ...reach,
    board,
    config,
    registry,
    ports,
    log,
    hostVersion: HOST_VERSION,
    ...onFatal,
  });
  loaded = undo.use(plugins);
  const { problems } = await loadTemplates(templates, registry);
  const held = undo.move();
  const more = git === undefined ? {} : { git };
  return { registry, plugins, board, ...more, problems, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
