import { capabilityDigest } from '../capabilities/digest.ts';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import { takesCalls } from '../lifecycle/plugin-state.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { LockEntry } from '../lock/lock-entry.ts';
import type { DesiredOptions } from '../plan/find-desired.ts';
import { needsApproval } from '../plan/make-plan.ts';
import { candidateOfRow, isOfRow } from './candidate-of-row.ts';
import type { SlotTable } from './slot-table.ts';

export interface FallBackOptions {
  readonly wishes: DesiredOptions;
  readonly slots: SlotTable;
  /** False: it cannot run, and its record says why. */
  prepared(plugin: HostedPlugin): Promise<boolean>;
}

/**
 * Brings up what the lock says, which worked last, in the place of something newer that cannot run. Undefined when there is nothing to
 * go back to: then what failed stays where people see it.
 */
export async function fallBack(
  failed: HostedPlugin,
  { wishes, slots, prepared }: FallBackOptions,
): Promise<HostedPlugin | undefined> {
  const { id, candidate } = failed;
  const row = currentEntry(wishes.lock, id);
  if (row === undefined || isOfRow(candidate, row)) return undefined;
  const next = await candidateOfRow(row, wishes).then(
    (found) => slots.make(found, wishes.config),
    () => undefined,
  );
  if (next === undefined || !mayRun(next, row, wishes) || !(await prepared(next))) return undefined;
  await next.takeOver();
  if (!takesCalls(next.state)) return undefined;
  const slot = slots.get(id);
  slots.set(id, { id, current: next, older: slot?.older ?? [] });
  return next;
}

/** Somebody let exactly this run, and still does. */
function mayRun({ id, capabilities }: HostedPlugin, row: LockEntry, { config }: DesiredOptions): boolean {
  const trusted = config.trust.includes(id);
  if (trusted || Object.keys(capabilities).length === 0) return true;
  return !needsApproval(capabilities, trusted, row) && capabilityDigest(capabilities) === row.capabilities.digest;
}
