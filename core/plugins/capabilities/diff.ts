import { type Atom, atomsOf, covers } from './atom.ts';
import { canonicalCapabilities } from './canonical.ts';
import type { Capabilities, CapabilityChange } from './capabilities.ts';

/** One thing that is new or gone, for the person who decides. */
export interface CapabilityItem {
  readonly capability: keyof Capabilities;
  /** `POST api.acme.com`, `write reports`, `publish tickets.created`; empty for a plain yes. */
  readonly what: string;
  readonly why: string;
}

export interface CapabilityDiff {
  readonly change: CapabilityChange;
  readonly added: readonly CapabilityItem[];
  readonly removed: readonly CapabilityItem[];
  /** What stays but is explained otherwise, with its new reason. */
  readonly reasons: readonly CapabilityItem[];
}

/** What `next` asks for beyond `previous`, and what it no longer does. Something wider that covers what was there counts as new. */
export function diffCapabilities(previous: Capabilities, next: Capabilities): CapabilityDiff {
  return diffAtoms(atomsOf(canonicalCapabilities(previous)), next);
}

/** The same, beside atoms that were noted before; where their reasons were not, all are new. */
export function diffAtoms(before: readonly Atom[], next: Capabilities): CapabilityDiff {
  const after = atomsOf(canonicalCapabilities(next));
  const added = after.filter((atom) => !before.some((old) => covers(old, atom)));
  const removed = before.filter((atom) => !after.some((now) => covers(now, atom)));
  const reasons = after.filter((atom) => before.some((old) => isSame(old, atom) && old.why !== atom.why));
  const change: CapabilityChange =
    added.length > 0 ? 'wider' : removed.length > 0 ? 'narrower' : reasons.length > 0 ? 'reasons' : 'same';
  return { change, added: added.map(item), removed: removed.map(item), reasons: reasons.map(item) };
}

function isSame(a: Atom, b: Atom): boolean {
  return a.capability === b.capability && a.target === b.target && a.right === b.right;
}

function item({ capability, target, right, why }: Atom): CapabilityItem {
  const verb =
    capability === 'network' && right === '*' ? 'any method' : capability === 'kv' ? `${right} bytes` : right;
  return { capability, what: [verb, target].filter((part) => part !== '').join(' '), why };
}
