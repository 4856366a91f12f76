import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import { instant } from '../lifecycle/plugin-life.ts';
import { workFolder } from '../lifecycle/plugin-record.ts';
import { takesCalls } from '../lifecycle/plugin-state.ts';
import { circleOf } from '../lifecycle/requirements.ts';
import { checkSerial, currentEntry, previousEntry, pruned } from '../lock/lock-changes.ts';
import type { LockEntry, PluginsLock } from '../lock/lock-entry.ts';
import type { Found } from '../plan/find-desired.ts';
import type { PlannedChange, PluginPlan } from '../plan/plugin-plan.ts';
import type { AppliedChange, ApplyRequest, Asked, ModuleInUse, PluginAdministration } from '../plugin-host.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { bringUpOlder } from './bring-up-older.ts';
import { candidateOfRow } from './candidate-of-row.ts';
import { DoneUnasked } from './done-unasked.ts';
import { type Examined, Examiner } from './examiner.ts';
import { exchange } from './exchange.ts';
import { fallBack } from './fall-back.ts';
import { forgetSnapshots } from './forget-snapshots.ts';
import { mayWaitForUse } from './loads-on-use.ts';
import { LockFollower } from './lock-follower.ts';
import { LockRows } from './lock-rows.ts';
import type { ManagerOptions } from './manager-options.ts';
import { oneAfterAnother } from './one-after-another.ts';
import { keyOf, outcome } from './outcome.ts';
import { slotRecord } from './plugin-slot.ts';
import { sameFilesElsewhere } from './same-files-elsewhere.ts';
import { SlotTable } from './slot-table.ts';

/** Keeps what runs in line with what is wanted, one plugin at a time and none at the cost of another. */
export class PluginManager implements PluginAdministration {
  readonly #options: ManagerOptions;
  readonly slots: SlotTable;
  readonly examiner: Examiner;
  readonly rows: LockRows;
  readonly #stopping = new AbortController();
  readonly #alone = oneAfterAnother();
  readonly #inUse = new Set<() => readonly ModuleInUse[]>();
  readonly #unasked = new DoneUnasked();
  readonly #follower: LockFollower;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.slots = new SlotTable(options, this.#stopping.signal, (left) => {
      // After what is under way: that may just have taken a snapshot which nothing runs yet.
      if (workFolder(left.candidate.origin) !== undefined) void this.#alone(() => this.#forget(left.id));
    });
    this.examiner = new Examiner(options, this.slots, this.#stopping.signal);
    this.#follower = new LockFollower({
      file: options.lock,
      slots: this.slots,
      log: options.log,
      found: async () => (await this.examiner.examineNow()).found,
      follow: (entry) => this.#goTo(entry, 'upgrade', 'another host', async () => undefined),
      done: (changes) => this.#unasked.note(changes),
    });
    this.rows = new LockRows({
      file: options.lock,
      // A version from a source that keeps its files stays until `prune` finds that nothing needs it.
      stays: ({ origin }) => origin.from !== 'folder' && origin.from !== 'builtin' && options.workflows !== undefined,
      written: (serial) => this.#follower.isInLineWith(serial),
    });
  }

  keep(inUse: () => readonly ModuleInUse[]): void {
    this.#inUse.add(inUse);
  }

  records() {
    const lock = this.lock();
    return this.slots.all().map((slot) => slotRecord(slot, lock));
  }

  lock(): PluginsLock {
    return this.#options.lock.read();
  }

  async plan({ upgrade }: { readonly upgrade?: readonly string[] } = {}): Promise<PluginPlan> {
    return (await this.examiner.examineNow({ ...(upgrade && { upgrade }) })).plan;
  }

  apply({ by, only, upgrade, serial }: ApplyRequest): Promise<readonly AppliedChange[]> {
    return this.#alone(async () => {
      await this.#follower.catchUp();
      checkSerial(serial, this.lock());
      const examined = await this.examiner.examineNow({ ...(upgrade && { upgrade }), ...(only && { only }) });
      const changes = examined.plan.changes.filter(({ id }) => only === undefined || only.includes(id));
      const outcomes = await Promise.all(changes.map((change) => this.#applyOne(change, examined, by)));
      const conflict = outcomes.find(({ error }) => error?.code === 'PLUGIN_LOCK_CONFLICT');
      if (conflict !== undefined && outcomes.every(({ outcome }) => outcome !== 'done'))
        throw raise.PLUGIN_LOCK_CONFLICT({ expected: examined.plan.serial });
      const planned = new Set(examined.plan.changes.map(({ id }) => id));
      const asWanted = [...examined.found.values()].filter(
        ({ candidate: { id }, wish }) => wish?.state === 'wanted' && !planned.has(id),
      );
      await this.rows.record(sameFilesElsewhere(this.lock(), asWanted));
      for (const { candidate } of asWanted) this.slots.clearPending(candidate.id);
      this.examiner.config = examined.config;
      const changed = new Set(changes.map(({ id }) => id));
      this.slots.settle([...examined.found.keys()].filter((id) => !changed.has(id)));
      const kept = outcomes.filter((one) => one.outcome !== 'done' && this.slots.fromFolder(one.id));
      await Promise.all(kept.map(({ id }) => this.#forget(id)));
      this.slots.checkRequirements();
      return this.#unasked.told(outcomes, only);
    });
  }

  approve(id: string, { by, digest }: Asked & { readonly digest?: string }): Promise<AppliedChange> {
    return this.#alone(async () => {
      await this.#follower.catchUp();
      const examined = await this.examiner.examineNow({ only: [id] });
      const change = examined.plan.changes.find((one) => one.id === id && one.kind === 'await-approval');
      if (change === undefined) throw raise.PLUGIN_NOT_WAITING({ id });
      const found = change.capabilities!.digest;
      if (digest !== undefined && digest !== found) throw raise.PLUGIN_APPROVAL_STALE({ id, expected: digest, found });
      const approval = { ...change.entry!.capabilities, approvedBy: by, approvedAt: instant() };
      const entry = { ...change.entry!, capabilities: approval };
      const { error: _, ...rest } = change;
      this.#tell(id, entry.version, 'approve', by);
      return this.#applyOne({ ...rest, kind: change.from === undefined ? 'add' : 'upgrade', entry }, examined, by);
    });
  }

  rollback(id: string, { by }: Asked): Promise<AppliedChange> {
    return this.#alone(async () => {
      await this.#follower.catchUp();
      return this.#goTo(previousEntry(this.lock(), id), 'rollback', by);
    });
  }

  prune({ by }: Asked) {
    return this.#alone(async () => {
      await this.#follower.catchUp();
      const pins = await this.#options.workflows?.pins();
      const running = new Map(this.slots.all().flatMap(({ older }) => older.map((one) => [keyOf(one), one] as const)));
      const { lock, removed, kept } = pruned(this.lock(), (entry) => {
        const pinnedBy = pins?.get(keyOf(entry)) ?? [];
        if (pinnedBy.length > 0) return `pinned by ${pinnedBy.join(', ')}`;
        const calls = running.get(keyOf(entry))?.record().calls ?? 0;
        return calls > 0 ? `${calls} calls of it run` : undefined;
      });
      if (removed.length > 0) await this.rows.replace(lock);
      for (const entry of removed) {
        this.#tell(entry.id, entry.version, 'prune', by);
        this.slots.drop(entry);
      }
      return { removed: removed.map(keyOf), kept };
    });
  }

  catchUp(): Promise<readonly AppliedChange[]> {
    return this.#alone(() => this.#follower.catchUp());
  }

  /** Runs what worked last in the place of something newer that cannot run, and notes what is wanted instead. */
  async fallBack(failed: HostedPlugin, config: PluginsConfig, change?: PlannedChange): Promise<void> {
    const { id, version, error } = failed;
    const wishes = this.examiner.wishes(config);
    const next = await fallBack(failed, { wishes, slots: this.slots, prepared: (plugin) => this.#prepared(plugin) });
    if (next === undefined) return;
    const wanted = version === 'unknown' ? {} : { to: version };
    const { kind, reason } = change ?? { kind: 'refuse', reason: 'it cannot run' };
    this.slots.setPending(id, { id, kind, reason, ...wanted, ...(error && { error: toErrorRecord(error) }) });
    this.#options.log.warn('the version that worked last runs in the place of a newer one', {
      plugin: id,
      version: next.version,
      wanted: version,
      code: error?.code,
    });
  }

  /** Brings up the older versions that the lock still lists, for workflows that pin them. */
  bringUpOlder(): Promise<void> {
    const { sources, log } = this.#options;
    return bringUpOlder({
      lock: this.lock(),
      sources,
      slots: this.slots,
      config: this.examiner.config,
      log,
      signal: this.#stopping.signal,
      prepared: (plugin) => this.#prepared(plugin, mayWaitForUse(plugin)),
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const running = this.slots.all().flatMap(({ current, older }) => [current, ...older]);
    for (const plugin of running.toReversed()) await plugin.stop();
    await this.slots.drained();
  }

  async #applyOne(change: PlannedChange, { found, config }: Examined, by: string): Promise<AppliedChange> {
    const { id, kind } = change;
    const candidate = found.get(id)?.candidate;
    if (kind === 'refuse' || kind === 'await-approval') {
      const serves = this.slots.has(id) && takesCalls(this.slots.get(id)!.current.state);
      if (!serves) this.#show(found.get(id)!, change, config);
      this.slots.setPending(id, change);
      return outcome(change, kind === 'await-approval' ? 'waiting' : serves ? 'kept' : 'failed');
    }
    this.#tell(id, change.to ?? change.from ?? 'unknown', kind, by);
    if (kind === 'remove') {
      await this.rows.record([], [id]);
      this.slots.leave(id);
      return outcome(change, 'done');
    }
    if (kind === 'disable') {
      this.slots.leave(id);
      this.slots.place(candidate!, config).resolve();
      return outcome(change, 'done');
    }
    return this.#exchange(change, candidate!, config);
  }

  #exchange(
    change: PlannedChange,
    candidate: Candidate,
    config: PluginsConfig,
    record = () => this.#recordChange(change, candidate),
  ): Promise<AppliedChange> {
    return exchange(change, candidate, {
      config,
      slots: this.slots,
      lock: () => this.lock(),
      resolved: (plugin) => this.#resolved(plugin),
      prepared: (plugin) => this.#prepared(plugin),
      record,
    });
  }

  #recordChange({ id, entry }: PlannedChange, { origin }: Candidate): Promise<void> {
    if (origin.from !== 'builtin') return this.rows.record([entry!]);
    return this.rows.record([], currentEntry(this.lock(), id) === undefined ? [] : [id]);
  }

  async #goTo(
    entry: LockEntry,
    action: 'rollback' | 'upgrade',
    by: string,
    record?: () => Promise<void>,
  ): Promise<AppliedChange> {
    const { id, version } = entry;
    const config = this.#options.readConfig();
    const slot = this.slots.get(id);
    this.#tell(id, version, action, by);
    const from = slot?.current.version;
    const change: PlannedChange = {
      id,
      kind: action === 'rollback' ? 'downgrade' : 'upgrade',
      ...(from === undefined ? {} : { from }),
      to: version,
      reason: action === 'rollback' ? `${by} goes back` : `${by} runs it`,
      entry,
    };
    return this.#exchange(change, await candidateOfRow(entry, this.examiner.wishes(config)), config, record);
  }

  async #prepared(plugin: HostedPlugin, onUse = false): Promise<boolean> {
    if (!this.#resolved(plugin)) return false;
    await plugin.prepare({ onUse });
    return plugin.state === 'loaded';
  }

  #resolved(plugin: HostedPlugin): boolean {
    plugin.resolve();
    if (plugin.state !== 'resolved') return false;
    const circle = circleOf(
      plugin.id,
      new Map([
        ...this.slots.requiring(),
        [plugin.id, { id: plugin.id, version: plugin.version, requires: plugin.manifest!.requires }],
      ]),
    );
    if (circle !== undefined) plugin.fail(raise.PLUGIN_REQUIRES_CYCLE({ path: circle }));
    else plugin.verified();
    return circle === undefined;
  }

  /** Puts what cannot run where people see it. */
  #show({ candidate, wish }: Found, change: PlannedChange, config: PluginsConfig): void {
    const plugin = this.slots.place(candidate, config);
    if (wish?.state === 'refused') plugin.fail(wish.error);
    else plugin.resolve();
    if (plugin.state !== 'resolved') return;
    const { id, to = 'unknown', capabilities } = change;
    plugin.awaitApproval(
      raise.PLUGIN_APPROVAL_NEEDED({
        id,
        version: to,
        digest: capabilities?.digest ?? '',
        wider: capabilities?.asked ?? [],
      }),
    );
  }

  /** Of snapshots of its folder that nothing needs any more. */
  async #forget(id: string): Promise<void> {
    const { sources, log } = this.#options;
    if (this.#stopping.signal.aborted || !sources.has('folder')) return;
    try {
      const inUse = [...this.#inUse].flatMap((list) => list()).filter((module) => module.id === id);
      await forgetSnapshots(id, { sources, lock: this.lock(), held: this.slots.held(id), inUse });
    } catch (error) {
      log.warn('old snapshots of a folder could not be removed', { plugin: id, problem: String(error) });
    }
  }

  #tell(plugin: string, version: string, action: string, by: string): void {
    this.#options.onEvent?.({ plugin, version, action, by, at: instant() });
  }
}
