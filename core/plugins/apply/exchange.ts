import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import { loadFailure } from '../lifecycle/load-failure.ts';
import { holdsActions, takesCalls } from '../lifecycle/plugin-state.ts';
import type { PluginsLock } from '../lock/lock-entry.ts';
import type { PlannedChange } from '../plan/plugin-plan.ts';
import type { AppliedChange } from '../plugin-host.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import { loadsOnUse, servesTheGatewayAlone } from './loads-on-use.ts';
import { conflicting, holdsOtherCode, outcome } from './outcome.ts';
import type { SlotTable } from './slot-table.ts';

export interface ExchangeOptions {
  readonly config: PluginsConfig;
  readonly slots: SlotTable;
  lock(): PluginsLock;
  /** Whether it may run at all; its record says why not. */
  resolved(plugin: HostedPlugin): boolean;
  /** The same, and its code is loaded. */
  prepared(plugin: HostedPlugin): Promise<boolean>;
  /** Writes the change into the lock. */
  record(): Promise<void>;
}

/** The new one comes up, shows a sign of life, takes over; then the old one drains. Whatever fails, the old one serves. */
export async function exchange(
  change: PlannedChange,
  candidate: Candidate,
  { config, slots, lock, resolved, prepared, record }: ExchangeOptions,
): Promise<AppliedChange> {
  const { id } = change;
  const slot = slots.get(id);
  const before = slot !== undefined && holdsActions(slot.current.state) ? slot.current : undefined;
  const refuse = (error: BackplaneError): AppliedChange => {
    const failed = { ...change, error: toErrorRecord(error) };
    slots.setPending(id, failed);
    return outcome(failed, before === undefined ? 'failed' : 'kept');
  };
  if (slot?.current.heldByHost && holdsOtherCode(slot.current.candidate, candidate))
    return refuse(raise.PLUGIN_RESTART_NEEDED({ id, version: change.to ?? 'it' }));
  const next = slots.make(candidate, config);
  const onUse = loadsOnUse(next);
  // Whoever asks for exactly this version finds it at any moment.
  if (before?.candidate.origin.from === 'store' && !servesTheGatewayAlone(before)) before.keepBeside();
  const isUp = onUse ? resolved(next) : await prepared(next);
  if (isUp && onUse) next.activateOnUse(before);
  else if (isUp) await next.takeOver(before);
  if (!takesCalls(next.state)) {
    if (before === undefined) slots.set(id, { id, current: next, older: slot?.older ?? [] });
    return refuse(next.error ?? raise.PLUGIN_STOPPED({ id, version: next.version }));
  }
  try {
    await record();
  } catch (thrown) {
    before?.takeBack(next);
    await next.stop();
    const error = loadFailure(id, undefined, thrown, 'load');
    // Who lost a race has nothing to wish for before he has seen what won.
    return error.code === 'PLUGIN_LOCK_CONFLICT' ? conflicting(change, error) : refuse(error);
  }
  const stays =
    before !== undefined &&
    lock().plugins[id]?.versions.some(({ version }) => version === before.version && version !== next.version);
  const older = slot?.older ?? [];
  slots.set(id, { id, current: next, older: stays ? [...older, before] : older });
  if (!stays && slot !== undefined) slots.drain(slot.current);
  return outcome(change, 'done');
}
