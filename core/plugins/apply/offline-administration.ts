import { raise } from '../../errors/catalogue.ts';
import { instant } from '../lifecycle/plugin-life.ts';
import { checkSerial, previousEntry, withCurrent, withoutPlugin } from '../lock/lock-changes.ts';
import type { LockEntry } from '../lock/lock-entry.ts';
import type { LockFile } from '../lock/lock-file.ts';
import { type DesiredOptions, findDesired, type PluginSources } from '../plan/find-desired.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PlannedChange, PluginPlan } from '../plan/plugin-plan.ts';
import type { AppliedChange, PluginAdministration } from '../plugin-host.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { Tier, TierName } from '../tiers/tier.ts';

export interface OfflineOptions {
  readonly builtinDirs: readonly string[];
  readonly tiers?: readonly Tier[];
  readonly sources?: PluginSources;
  readonly hostVersion: string;
  readonly lock: LockFile;
  readConfig(): PluginsConfig;
}

/** The same work on the files alone, while no host runs: plugins are found and fetched, their code is not run. The next start runs them. */
export function offlineAdministration(options: OfflineOptions): Omit<PluginAdministration, 'catchUp' | 'lock'> {
  const { lock, builtinDirs, hostVersion, sources = new Map(), tiers = [] } = options;

  const plan = async (which: Pick<DesiredOptions, 'upgrade' | 'only'> = {}): Promise<PluginPlan> => {
    const now = lock.read();
    const available = new Set<TierName>(['trusted', ...tiers.map(({ name }) => name)]);
    const config = options.readConfig();
    const signal = new AbortController().signal;
    const found = await findDesired({
      builtinDirs,
      config,
      hostVersion,
      lock: now,
      sources,
      available,
      signal,
      ...which,
    });
    const desired = found.flatMap(({ wish }) => wish ?? []);
    return makePlan({ desired, lock: now, running: new Map(), workflowsUsing: () => [] });
  };
  /** Without the host nobody knows what workflows pin: older versions stay. */
  const write = async (entries: readonly LockEntry[], gone: readonly string[] = []): Promise<void> => {
    const before = lock.read();
    const rows = entries.reduce(
      (now, entry) => withCurrent(now, entry, ({ origin }) => origin.from !== 'folder'),
      before,
    );
    const next = gone.reduce(withoutPlugin, rows);
    await lock.replace(before.serial, { ...next, serial: before.serial + 1 });
  };

  return {
    plan,
    async apply({ only, upgrade, serial }) {
      checkSerial(serial, lock.read());
      const which = { ...(upgrade && { upgrade }), ...(only && { only }) };
      const changes = (await plan(which)).changes.filter(({ id }) => only === undefined || only.includes(id));
      const outcomes = changes.map(outcomeOf);
      const done = changes.filter((_, index) => outcomes[index]!.outcome === 'done');
      const entries = done.flatMap(({ entry }) => entry ?? []);
      const gone = done.filter(({ entry }) => entry === undefined).map(({ id }) => id);
      if (done.length > 0) await write(entries, gone);
      return outcomes;
    },
    async approve(id, { by, digest }) {
      const change = (await plan({ only: [id] })).changes.find((one) => one.id === id && one.kind === 'await-approval');
      if (change === undefined) throw raise.PLUGIN_NOT_WAITING({ id });
      const found = change.capabilities!.digest;
      if (digest !== undefined && digest !== found) throw raise.PLUGIN_APPROVAL_STALE({ id, expected: digest, found });
      const approval = { ...change.entry!.capabilities, approvedBy: by, approvedAt: instant() };
      await write([{ ...change.entry!, capabilities: approval }]);
      const { error: _, ...rest } = change;
      return outcomeOf({ ...rest, kind: change.from === undefined ? 'add' : 'upgrade' });
    },
    async rollback(id, { by }) {
      const now = lock.read();
      const entry = previousEntry(now, id);
      const from = now.plugins[id]?.current;
      await write([entry]);
      const versions = { ...(from === undefined ? {} : { from }), to: entry.version };
      return outcomeOf({ id, kind: 'downgrade', ...versions, reason: `${by} goes back` });
    },
    async prune() {
      throw raise.USAGE({ message: 'prune asks the running host what workflows pin; start it first.' });
    },
  };
}

function outcomeOf({ entry: _, ...change }: PlannedChange): AppliedChange {
  const { kind } = change;
  return { ...change, outcome: kind === 'refuse' ? 'failed' : kind === 'await-approval' ? 'waiting' : 'done' };
}
