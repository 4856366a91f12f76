import { raise } from '../../errors/catalogue.ts';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import type { PluginState } from '../lifecycle/plugin-state.ts';
import { circleOf } from '../lifecycle/requirements.ts';
import { withinDeadline } from '../lifecycle/within-deadline.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { LockEntry } from '../lock/lock-entry.ts';
import { actionNames } from '../manifest/action-names.ts';
import type { PlannedChange } from '../plan/plugin-plan.ts';
import { loadsOnUse, mayWaitForUse, servesTheGatewayAlone, standsAlone } from './loads-on-use.ts';
import type { ManagerOptions } from './manager-options.ts';
import type { PluginManager } from './plugin-manager.ts';

/** Where something stands whose place the version before may take. */
const CANNOT_RUN: readonly PluginState[] = ['failed', 'awaiting-approval'];

/** Brings up everything that may run, side by side; gives what is still under way when the host's patience ends. */
export async function startAll(
  manager: PluginManager,
  options: ManagerOptions,
): Promise<ReadonlyMap<HostedPlugin, Promise<void>>> {
  const { config, deadlines, log } = options;
  const { plan, found } = await manager.examiner.examine(config);
  const changes = new Map(plan.changes.map((change) => [change.id, change]));
  const plugins = [...found.values()].map(({ candidate }) => manager.slots.place(candidate, config));
  const claimed = new Map<string, string>();
  for (const plugin of plugins) {
    const wish = found.get(plugin.id)?.wish;
    if (wish?.state === 'refused') plugin.fail(wish.error);
    else plugin.resolve();
    decide(plugin, changes.get(plugin.id), options, claimed);
  }
  const requiring = manager.slots.requiring();
  for (const plugin of plugins.filter(({ state }) => state === 'resolved')) {
    const circle = circleOf(plugin.id, requiring);
    if (circle !== undefined) plugin.fail(raise.PLUGIN_REQUIRES_CYCLE({ path: circle }));
    else plugin.verified();
  }
  for (const change of plan.changes)
    if (change.kind === 'await-approval' || change.kind === 'refuse') manager.slots.setPending(change.id, change);

  const ready = plugins.filter(({ state }) => state === 'verified');
  const lazy = ready.filter(
    (plugin) => loadsOnUse(plugin) || (options.outsideOnUse === true && standsAlone(plugin, ready)),
  );
  const eager = ready.filter((plugin) => !lazy.includes(plugin));
  for (const plugin of lazy) plugin.activateOnUse();
  const rows = recorder(manager, options);
  for (const plugin of lazy.filter(servesTheGatewayAlone))
    if (plugin.state === 'active') rows.add(changes.get(plugin.id)?.entry);
  const started = new Map<HostedPlugin, Promise<void>>();
  const refused = plugins.filter(({ state }) => CANNOT_RUN.includes(state));
  const byId = new Map([...eager, ...refused].map((plugin) => [plugin.id, plugin]));
  const start = (plugin: HostedPlugin): Promise<void> => {
    const known = started.get(plugin);
    if (known !== undefined) return known;
    const requires = plugin.state === 'verified' ? plugin.manifest!.requires : {};
    const needs = Object.keys(requires).flatMap((id) => byId.get(id) ?? []);
    const change = changes.get(plugin.id);
    const starting = Promise.all(needs.map(start)).then(async () => {
      if (plugin.state === 'verified') await plugin.prepare({ onUse: change === undefined && mayWaitForUse(plugin) });
      await plugin.takeOver();
      if (plugin.state === 'active') rows.add(change?.entry);
      else if (CANNOT_RUN.includes(plugin.state)) await manager.fallBack(plugin, config, change);
    });
    started.set(plugin, starting);
    return starting;
  };
  const all = Promise.all([...eager, ...refused].map(start));
  await withinDeadline(all, deadlines.patienceMs);
  // Whoever shares the lock must not take away, by merely starting, what other hosts run.
  const gone =
    config.apply === 'auto' && !options.lock.isShared
      ? plan.changes.filter(({ kind }) => kind === 'remove').map(({ id }) => id)
      : [];
  await rows.open(gone);
  manager.slots.checkRequirements();
  await withinDeadline(manager.bringUpOlder(), deadlines.patienceMs);
  for (const { id, kind, reason } of plan.changes)
    log.info('plan of the plugins', { plugin: id, change: kind, reason });
  return started;
}

function decide(
  plugin: HostedPlugin,
  change: PlannedChange | undefined,
  { config, lock }: ManagerOptions,
  claimed: Map<string, string>,
): void {
  if (plugin.state !== 'resolved') return;
  const { id, manifest } = plugin;
  const { version, contributes } = manifest!;
  if (change?.kind === 'await-approval') {
    const { digest = '', asked = [] } = change.capabilities ?? {};
    plugin.awaitApproval(raise.PLUGIN_APPROVAL_NEEDED({ id, version, digest, wider: asked }));
    return;
  }
  const locked = currentEntry(lock.read(), id);
  const { integrity, download: found = integrity } = plugin.candidate;
  if (config.apply === 'manual' && plugin.candidate.origin.from !== 'builtin' && locked?.integrity !== found) {
    plugin.fail(
      raise.PLUGIN_LOCK_MISMATCH({ id, version, expected: locked?.integrity ?? 'nothing', found: found ?? 'nothing' }),
    );
    return;
  }
  const names = [...actionNames(manifest), ...Object.keys(contributes.aliases)];
  const taken = names.find((name) => claimed.has(name));
  const origin = `${id}@${version}`;
  if (taken !== undefined)
    plugin.fail(raise.ACTION_DUPLICATE({ name: taken, first: claimed.get(taken)!, second: origin }));
  else for (const name of names) claimed.set(name, origin);
}

/** Gathers the rows of what came up and writes them at once; those that come later are written as they come. */
function recorder(manager: PluginManager, { log }: ManagerOptions) {
  const waiting: LockEntry[] = [];
  let isOpen = false;
  const write = (entries: readonly LockEntry[], gone: readonly string[] = []): Promise<void> =>
    manager.rows
      .record(entries, gone)
      .catch((error) => log.error('what runs could not be written into the lock', { problem: String(error) }));
  return {
    add(entry: LockEntry | undefined) {
      if (entry === undefined) return;
      if (isOpen) void write([entry]);
      else waiting.push(entry);
    },
    open(gone: readonly string[]): Promise<void> {
      isOpen = true;
      return write(waiting, gone);
    },
  };
}
