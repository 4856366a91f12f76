import { isDeepStrictEqual } from 'node:util';
import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { approvalRows } from '../capabilities/approval-view.ts';
import { atomLines, atomsOfLines } from '../capabilities/approved-atoms.ts';
import { capabilityLines } from '../capabilities/asked-capabilities.ts';
import { type Atom, atomsOf } from '../capabilities/atom.ts';
import { canonicalCapabilities } from '../capabilities/canonical.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { diffAtoms } from '../capabilities/diff.ts';
import { capabilityDigest } from '../capabilities/digest.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { LockEntry, PluginsLock } from '../lock/lock-entry.ts';
import { compareVersions } from '../manifest/version-range.ts';
import type { ChangeKind, PlannedChange, PluginPlan } from './plugin-plan.ts';

/** What the administrator wants of one plugin, as found: its files are there, none of its code has run. */
export type Desired =
  | { readonly id: string; readonly state: 'disabled' }
  /** Part of the host and as old as it: nothing to lock. */
  | { readonly id: string; readonly state: 'builtin'; readonly version: string }
  | { readonly id: string; readonly state: 'refused'; readonly error: BackplaneError }
  | {
      readonly id: string;
      readonly state: 'wanted';
      readonly entry: Omit<LockEntry, 'capabilities'>;
      /** After `grants`. */
      readonly capabilities: Capabilities;
      /** True: what it may do needs nobody's approval, it runs in the host process by name. */
      readonly trusted: boolean;
    };

/** What runs, where it is known; without a running host only the lock tells. */
export interface Running {
  readonly version: string;
  readonly enabled: boolean;
  readonly capabilities: Capabilities;
  /** True when its settings are not those of the configuration any more. */
  readonly reconfigured: boolean;
}

export interface PlanInput {
  readonly desired: readonly Desired[];
  readonly lock: PluginsLock;
  readonly running: ReadonlyMap<string, Running>;
  /** True when `running` is complete: what is not there does not run. */
  readonly live?: boolean;
  /** Aliases of stored workflows that use one of these contributions. */
  workflowsUsing(contributions: readonly string[]): readonly string[];
}

/** Compares what is wanted with what is there. Changes nothing. */
export function makePlan(input: PlanInput): PluginPlan {
  const { desired, lock } = input;
  const named = new Set(desired.map(({ id }) => id));
  const gone = Object.keys(lock.plugins).filter((id) => !named.has(id));
  const changes = [
    ...desired.flatMap((wish) => changeOf(wish, input) ?? []),
    ...gone.map((id) => leaving(id, 'remove', 'config/plugins.yaml does not name it any more', input)),
  ];
  return { serial: lock.serial, changes: changes.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

function changeOf(wish: Desired, input: PlanInput): PlannedChange | undefined {
  const { id } = wish;
  const locked = currentEntry(input.lock, id);
  if (wish.state === 'refused') {
    const from = locked === undefined ? {} : { from: locked.version };
    return { id, kind: 'refuse', ...from, reason: wish.error.message, error: toErrorRecord(wish.error) };
  }
  const running = input.running.get(id);
  if (wish.state === 'disabled')
    return running?.enabled === true ? leaving(id, 'disable', '`enabled: false`', input) : undefined;
  if (wish.state === 'builtin') return builtinChange(wish, locked, running);
  const step = stepOf(wish, locked, running ?? (input.live === true ? NOTHING : undefined));
  return step === undefined ? undefined : withConsequences(step, wish, locked, running, input);
}

function builtinChange(
  { id, version: to }: Extract<Desired, { state: 'builtin' }>,
  locked: LockEntry | undefined,
  running: Running | undefined,
): PlannedChange | undefined {
  const change = (kind: ChangeKind, reason: string): PlannedChange => ({ id, kind, to, reason });
  if (locked !== undefined)
    return { ...change('replace', 'the built-in plugin takes its place'), from: locked.version };
  if (running?.enabled === false) return change('enable', 'it is wanted and does not run');
  return running?.reconfigured === true ? change('reconfigure', 'its settings changed') : undefined;
}

type Wanted = Extract<Desired, { state: 'wanted' }>;
interface Step {
  readonly kind: ChangeKind;
  readonly reason: string;
}

const NOTHING = { enabled: false, reconfigured: false };

function stepOf(
  { entry, capabilities, trusted }: Wanted,
  locked: LockEntry | undefined,
  running: Pick<Running, 'enabled' | 'reconfigured'> | undefined,
): Step | undefined {
  if (locked === undefined) return { kind: 'add', reason: 'config/plugins.yaml names it, the lock does not' };
  const order = compareVersions(entry.version, locked.version);
  if (order !== 0)
    return { kind: order > 0 ? 'upgrade' : 'downgrade', reason: `the newest version that fits is ${entry.version}` };
  if (entry.integrity !== locked.integrity)
    return { kind: 'replace', reason: 'its files differ from those of the lock' };
  if (!isDeepStrictEqual([entry.signature, entry.provenance], [locked.signature, locked.provenance]))
    return { kind: 'replace', reason: 'its signature or provenance was checked anew' };
  if (needsApproval(capabilities, trusted, locked))
    return { kind: 'await-approval', reason: 'it is not named under `trust` any more' };
  if (running?.enabled === false) return { kind: 'enable', reason: 'it is wanted and does not run' };
  if (running?.reconfigured === true) return { kind: 'reconfigure', reason: 'its settings changed' };
  return undefined;
}

function withConsequences(
  step: Step,
  wish: Wanted,
  locked: LockEntry | undefined,
  running: Running | undefined,
  input: PlanInput,
): PlannedChange {
  const { id, entry, capabilities, trusted } = wish;
  const digest = capabilityDigest(capabilities);
  const unchanged = locked?.capabilities.digest === digest;
  const before = approvedAtoms(locked, running);
  const difference = diffAtoms(before, capabilities);
  const change = unchanged ? 'same' : difference.change;
  const asked = capabilityLines(capabilities);
  const waits = needsApproval(capabilities, trusted, locked) || (!trusted && change === 'wider');
  const brought = locked?.contributions ?? [];
  const contributions = {
    added: entry.contributions.filter((one) => !brought.includes(one)),
    removed: brought.filter((one) => !entry.contributions.includes(one)),
  };
  const approved = locked !== undefined && !waits ? approvalOf(locked) : {};
  const workflows = input.workflowsUsing(brought);
  return {
    id,
    kind: waits ? 'await-approval' : step.kind,
    ...(locked === undefined ? {} : { from: locked.version }),
    to: entry.version,
    reason: waits ? `${step.reason}; it asks for more than was approved` : step.reason,
    capabilities: {
      change,
      digest,
      asked,
      rows: approvalRows(capabilities, before),
      dropped: difference.removed.map(({ capability, what }) => `${capability} ${what}`.trimEnd()),
    },
    contributions,
    ...(workflows.length === 0 ? {} : { workflows }),
    ...(waits
      ? { error: toErrorRecord(raise.PLUGIN_APPROVAL_NEEDED({ id, version: entry.version, digest, wider: asked })) }
      : {}),
    entry: {
      ...entry,
      capabilities: { digest, ...(asked.length === 0 ? {} : { asked: atomLines(capabilities) }), ...approved },
    },
  };
}

/** What somebody let this plugin do; nothing, when nobody has said yes. */
function approvedAtoms(locked: LockEntry | undefined, running: Running | undefined): readonly Atom[] {
  if (locked === undefined) return [];
  const { asked, approvedBy } = locked.capabilities;
  if (approvedBy === undefined) return [];
  // Rows of before had only the digest: what runs is what it stands for.
  return asked === undefined ? atomsOf(canonicalCapabilities(running?.capabilities ?? {})) : atomsOfLines(asked);
}

/** True for what asks for something and was never approved. */
export function needsApproval(capabilities: Capabilities, trusted: boolean, locked: LockEntry | undefined): boolean {
  return !trusted && Object.keys(capabilities).length > 0 && locked?.capabilities.approvedBy === undefined;
}

function approvalOf({
  capabilities: { digest: _, asked: __, ...approval },
}: LockEntry): Omit<LockEntry['capabilities'], 'digest' | 'asked'> {
  return approval;
}

function leaving(id: string, kind: 'remove' | 'disable', reason: string, input: PlanInput): PlannedChange {
  const locked = currentEntry(input.lock, id);
  const removed = locked?.contributions ?? [];
  const workflows = input.workflowsUsing(removed);
  return {
    id,
    kind,
    ...(locked === undefined ? {} : { from: locked.version }),
    reason,
    contributions: { added: [], removed },
    ...(workflows.length === 0 ? {} : { workflows }),
  };
}
