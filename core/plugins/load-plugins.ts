import { raise } from '../errors/catalogue.ts';
import { explainPlugin } from './explain-plugin.ts';
import { guardAgainstFaults } from './fault-guard.ts';
import { HostedPlugin } from './lifecycle/hosted-plugin.ts';
import { loadFailure } from './lifecycle/load-failure.ts';
import { DEADLINES, type PluginDeadlines, type PluginSurroundings } from './lifecycle/plugin-settings.ts';
import { withinDeadline } from './lifecycle/within-deadline.ts';
import type { PluginHost } from './plugin-host.ts';
import { positionInFolder } from './position-in-folder.ts';
import { findPlugins } from './sources/find-plugins.ts';
import { shareHostModules } from './tiers/host-modules.ts';

export interface LoadPluginsOptions extends Omit<PluginSurroundings, 'deadlines'> {
  /** Folders whose sub-folders are the built-in plugins. */
  readonly builtinDirs: readonly string[];
  readonly deadlines?: Partial<PluginDeadlines>;
  /**
   * Called for an exception that nobody caught and no plugin caused. When given, faults that plugins leave behind (rejected promises,
   * throwing timers) are put down to them and end nothing, from before their code runs until the host is disposed.
   */
  onFatal?(thrown: unknown): void;
}

/**
 * Brings up all plugins. Built-in ones are callable at once and loaded on first use; those in folders are loaded side by side. Whatever
 * one of them does, the others go on: its record says what happened. Throws PLUGIN_REQUIRED_FAILED only.
 */
export async function loadPlugins(options: LoadPluginsOptions): Promise<PluginHost> {
  const deadlines = { ...DEADLINES, ...options.deadlines };
  const { builtinDirs, config } = options;
  const candidates = findPlugins(builtinDirs, config, (thrown, id) => loadFailure(id, undefined, thrown, 'load'));
  const plugins = candidates.map((candidate) => new HostedPlugin(candidate, { ...options, deadlines }));
  const claimed = new Map<string, string>();
  for (const plugin of plugins) plugin.resolve(claimed);

  const host = pluginHost(plugins);
  const { onFatal, log } = options;
  if (onFatal !== undefined) {
    host.resources.use(guardAgainstFaults({ plugins: host, log, fatal: (thrown) => onFatal(thrown) }));
  }
  const ready = plugins.filter(({ state }) => state === 'resolved');
  const eager = ready.filter(({ candidate }) => candidate.origin.from === 'folder');
  if (eager.length > 0) host.resources.use(shareHostModules(eager.map(({ folder }) => folder!)));
  for (const plugin of ready) if (!eager.includes(plugin)) plugin.activateOnUse();
  const activations = new Map(eager.map((plugin) => [plugin, plugin.activate()]));
  await withinDeadline(Promise.all(activations.values()), deadlines.patienceMs);
  await refuseWithoutRequired(plugins, activations, host);
  return host;
}

type Activations = ReadonlyMap<HostedPlugin, Promise<void>>;

async function refuseWithoutRequired(
  plugins: readonly HostedPlugin[],
  activations: Activations,
  host: PluginHost,
): Promise<void> {
  for (const plugin of plugins.filter(({ candidate }) => candidate.setting?.required === true)) {
    await activations.get(plugin);
    if (plugin.state === 'active') continue;
    await host[Symbol.asyncDispose]();
    const cause = plugin.error?.message ?? `it is ${plugin.state}.`;
    throw raise.PLUGIN_REQUIRED_FAILED({ id: plugin.id, cause }, { cause: plugin.error });
  }
}

/** `resources` go once every plugin has stopped. */
function pluginHost(plugins: readonly HostedPlugin[]): PluginHost & { readonly resources: DisposableStack } {
  const records = () => plugins.map((plugin) => plugin.record());
  const resources = new DisposableStack();
  return {
    resources,
    records,
    explain: (id) => explainPlugin(id, records()),
    ownerOf: (thrown) =>
      plugins.find(({ folder }) => folder !== undefined && positionInFolder(folder, thrown) !== undefined)?.id,
    noteFault: (id, problem) => plugins.find((plugin) => plugin.id === id)?.noteFault(problem),
    async [Symbol.asyncDispose]() {
      for (const plugin of plugins.toReversed()) await plugin.stop();
      resources.dispose();
    },
  };
}
