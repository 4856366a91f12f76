import { raise } from '../errors/catalogue.ts';
import type { ManagerOptions, WorkflowNeeds } from './apply/manager-options.ts';
import { PluginManager } from './apply/plugin-manager.ts';
import { startAll } from './apply/start-all.ts';
import { explainPlugin } from './explain-plugin.ts';
import { guardAgainstFaults } from './fault-guard.ts';
import type { HostedPlugin } from './lifecycle/hosted-plugin.ts';
import { DEADLINES, type PluginDeadlines, type PluginSurroundings } from './lifecycle/plugin-settings.ts';
import { heldLock, type LockFile } from './lock/lock-file.ts';
import { bring, modulesBringing } from './modules-bringing.ts';
import type { PluginSources } from './plan/find-desired.ts';
import type { PluginHost } from './plugin-host.ts';
import type { PluginsConfig } from './plugins-config.ts';
import { positionInFolder } from './position-in-folder.ts';
import type { Tier } from './tiers/tier.ts';
import { createTrustedTier } from './tiers/trusted-tier.ts';

export interface LoadPluginsOptions extends Omit<PluginSurroundings, 'deadlines' | 'tiers' | 'provider'> {
  /** Folders whose sub-folders are the built-in plugins. */
  readonly builtinDirs: readonly string[];
  readonly deadlines?: Partial<PluginDeadlines>;
  /** Besides the host process itself. */
  readonly tiers?: readonly Tier[];
  /** Where plugins come from that are neither built in nor folders. */
  readonly sources?: PluginSources;
  /** Absent: what runs is decided anew each time, and nothing is written. */
  readonly lock?: LockFile;
  /** Reads the configuration again; absent: it never changes. */
  readConfig?(): PluginsConfig;
  readonly workflows?: WorkflowNeeds;
  /** For tools: also what is not built in is loaded when one of its actions is first used; see `onceLoaded`. */
  readonly outsideOnUse?: boolean;
  /**
   * Called for an exception that nobody caught and no plugin caused. When given, faults that plugins leave behind (rejected promises,
   * throwing timers) are put down to them and end nothing, from before their code runs until the host is disposed.
   */
  onFatal?(thrown: unknown): void;
}

/**
 * Brings up all plugins. Built-in ones are callable at once and loaded on first use; the others are loaded side by side. Whatever one of
 * them does, the others go on: its record says what happened. Throws PLUGIN_REQUIRED_FAILED, or PLUGIN_LOCK_INVALID.
 */
export async function loadPlugins(options: LoadPluginsOptions): Promise<PluginHost> {
  const { config, onFatal, log, sources = new Map(), lock = heldLock() } = options;
  const deadlines = { ...DEADLINES, ...options.deadlines };
  const tiers = new Map([createTrustedTier(), ...(options.tiers ?? [])].map((tier) => [tier.name, tier]));
  const provider: PluginSurroundings['provider'] = (id, fits) => {
    const slot = manager.slots.get(id);
    const versions = slot === undefined ? [] : [slot.current, ...slot.older];
    return versions.find(({ version }) => fits(version))?.provider();
  };
  const all: ManagerOptions = {
    ...options,
    deadlines,
    tiers,
    provider,
    sources,
    lock,
    readConfig: () => options.readConfig?.() ?? config,
  };
  const manager: PluginManager = new PluginManager(all);
  const resources = new DisposableStack();
  const host = pluginHost(manager, resources);
  if (onFatal !== undefined)
    resources.use(guardAgainstFaults({ plugins: host, log, fatal: (thrown) => onFatal(thrown) }));
  const started = await startAll(manager, all);
  await refuseWithoutRequired(manager, started, host);
  return host;
}

async function refuseWithoutRequired(
  manager: PluginManager,
  started: ReadonlyMap<HostedPlugin, Promise<void>>,
  host: PluginHost,
): Promise<void> {
  for (const slot of manager.slots.all().filter(({ current }) => current.candidate.setting?.required === true)) {
    await started.get(slot.current);
    const { current } = manager.slots.get(slot.id) ?? slot;
    if (current.state === 'active') continue;
    await host[Symbol.asyncDispose]();
    const cause = current.error?.message ?? `it is ${current.state}.`;
    throw raise.PLUGIN_REQUIRED_FAILED({ id: current.id, cause }, { cause: current.error });
  }
}

/** `resources` go once every plugin has stopped. */
function pluginHost(manager: PluginManager, resources: DisposableStack): PluginHost {
  const everything = () => manager.slots.all().flatMap(({ current, older }) => [current, ...older]);
  const serving = () => manager.slots.all().map(({ current }) => current);
  return {
    records: () => manager.records(),
    explain: (id) => explainPlugin(id, manager.records()),
    bringing: (kind) => modulesBringing(kind, serving()),
    bring: (kind, name) => bring(kind, name, serving()),
    keep: (inUse) => manager.keep(inUse),
    ownerOf: (thrown) =>
      everything().find(({ folder }) => folder !== undefined && positionInFolder(folder, thrown) !== undefined)?.id,
    noteFault: (id, problem) =>
      everything()
        .find((plugin) => plugin.id === id)
        ?.noteFault(problem),
    plan: (request) => manager.plan(request),
    apply: (request) => manager.apply(request),
    approve: (id, request) => manager.approve(id, request),
    rollback: (id, request) => manager.rollback(id, request),
    prune: (request) => manager.prune(request),
    catchUp: () => manager.catchUp(),
    lock: () => manager.lock(),
    async [Symbol.asyncDispose]() {
      await manager.stop();
      resources.dispose();
    },
  };
}
