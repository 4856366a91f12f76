import { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import { workFolder } from '../lifecycle/plugin-record.ts';
import type { PluginSurroundings } from '../lifecycle/plugin-settings.ts';
import { takesCalls } from '../lifecycle/plugin-state.ts';
import { missingRequirement, type Requiring } from '../lifecycle/requirements.ts';
import type { LockEntry } from '../lock/lock-entry.ts';
import type { PlannedChange } from '../plan/plugin-plan.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import type { PluginSlot } from './plugin-slot.ts';

/** Every id that this host knows, with what serves in its place, and what is on its way out. */
export class SlotTable {
  readonly #surroundings: PluginSurroundings;
  readonly #stopping: AbortSignal;
  readonly #slots = new Map<string, PluginSlot>();
  readonly #draining = new Map<HostedPlugin, Promise<void>>();
  readonly #onDrained: (plugin: HostedPlugin) => void;
  #checking = false;

  constructor(surroundings: PluginSurroundings, stopping: AbortSignal, onDrained: (plugin: HostedPlugin) => void) {
    this.#surroundings = surroundings;
    this.#stopping = stopping;
    this.#onDrained = onDrained;
  }

  all(): readonly PluginSlot[] {
    return [...this.#slots.values()];
  }

  get(id: string): PluginSlot | undefined {
    return this.#slots.get(id);
  }

  has(id: string): boolean {
    return this.#slots.has(id);
  }

  set(id: string, slot: PluginSlot): void {
    this.#slots.set(id, slot);
  }

  /** A plugin that has no place yet. */
  make(candidate: Candidate, config: PluginsConfig): HostedPlugin {
    const onEvent: PluginSurroundings['onEvent'] = (event) => {
      this.#surroundings.onEvent?.(event);
      this.#checkSoon();
    };
    return new HostedPlugin(candidate, { ...this.#surroundings, config, onEvent });
  }

  /** A new plugin in its place, to be brought up by whoever asked. */
  place(candidate: Candidate, config: PluginsConfig): HostedPlugin {
    const current = this.make(candidate, config);
    this.#slots.set(candidate.id, { id: candidate.id, current, older: [] });
    return current;
  }

  /** Notes what is wanted instead and does not run. */
  setPending(id: string, { kind, to, error }: PlannedChange): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    const pending = { kind, ...(to === undefined ? {} : { version: to }), ...(error === undefined ? {} : { error }) };
    this.#slots.set(id, { ...slot, pending });
  }

  /** What is wanted runs. */
  clearPending(id: string): void {
    const { pending, ...slot } = this.#slots.get(id) ?? {};
    if (pending !== undefined) this.#slots.set(id, slot as PluginSlot);
  }

  /** Takes a whole id out: nothing of it is callable when this returns, running calls may finish. */
  leave(id: string): void {
    const slot = this.#slots.get(id);
    this.#slots.delete(id);
    for (const plugin of slot === undefined ? [] : [slot.current, ...slot.older]) this.drain(plugin);
  }

  /** Takes one older version out. */
  drop({ id, version }: LockEntry): void {
    const slot = this.#slots.get(id);
    const gone = slot?.older.filter((plugin) => plugin.version === version) ?? [];
    if (slot === undefined || gone.length === 0) return;
    this.#slots.set(id, { ...slot, older: slot.older.filter((plugin) => !gone.includes(plugin)) });
    for (const plugin of gone) this.drain(plugin);
  }

  drain(plugin: HostedPlugin): void {
    const drained = plugin.drain().finally(() => {
      this.#draining.delete(plugin);
      this.#onDrained(plugin);
    });
    this.#draining.set(plugin, drained);
  }

  async drained(): Promise<void> {
    await Promise.all(this.#draining.values());
  }

  /** Everything of an id that may still run. */
  held(id: string): readonly HostedPlugin[] {
    const slot = this.#slots.get(id);
    const serving = slot === undefined ? [] : [slot.current, ...slot.older];
    return [...serving, ...[...this.#draining.keys()].filter((plugin) => plugin.id === id)];
  }

  /** True for what somebody works on in a folder. */
  fromFolder(id: string): boolean {
    return this.held(id).some(({ candidate }) => workFolder(candidate.origin) !== undefined);
  }

  /** What was wanted instead of these is not wanted any more. */
  settle(ids: Iterable<string>): void {
    for (const id of ids) {
      const { pending, ...slot } = this.#slots.get(id) ?? {};
      if (pending !== undefined) this.#slots.set(id, slot as PluginSlot);
    }
  }

  requiring(): ReadonlyMap<string, Requiring> {
    return new Map(
      this.all().map(({ id, current }) => [
        id,
        { id, version: current.version, requires: current.manifest?.requires ?? {} },
      ]),
    );
  }

  /** Whoever misses a plugin that it requires is degraded until that one is there; nobody else is. */
  checkRequirements(): void {
    const requiring = this.requiring();
    const isUp = (id: string) => takesCalls(this.#slots.get(id)?.current.state ?? 'stopped');
    for (const { id, current } of this.all()) {
      if (current.manifest === undefined) continue;
      current.setMissing(missingRequirement(requiring.get(id)!, requiring, isUp));
    }
  }

  #checkSoon(): void {
    if (this.#checking || this.#stopping.aborted) return;
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      if (!this.#stopping.aborted) this.checkRequirements();
    });
  }
}
