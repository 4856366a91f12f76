import { type Atom, atomsOf, covers } from './atom.ts';
import { canonicalCapabilities } from './canonical.ts';
import type { Capabilities } from './capabilities.ts';

/** One thing that a plugin asks for, as the person who decides reads it: a host, a kind of connection, a path. */
export interface ApprovalRow {
  readonly capability: keyof Capabilities;
  /** Absent where the capability knows only yes and no. */
  readonly target?: string;
  /** HTTP methods, `read`, `publish`, the bytes of a quota; empty: all there is. */
  readonly rights: readonly string[];
  readonly why: string;
  /** True when nobody has approved it so far, or not all of its rights. */
  readonly isNew: boolean;
  /** True when it sees values of secrets as they are. */
  readonly isRaw: boolean;
}

/** Everything asked for, each target with its own reason. `approved`: what was approved last. */
export function approvalRows(asked: Capabilities, approved: readonly Atom[]): ApprovalRow[] {
  const groups = Map.groupBy(atomsOf(canonicalCapabilities(asked)), ({ capability, target, why }) =>
    JSON.stringify([capability, target, why]),
  );
  return [...groups.values()].map((atoms) => {
    const { capability, target, why } = atoms[0]!;
    return {
      capability,
      ...(target === '' ? {} : { target }),
      rights: atoms.map(({ right }) => right).filter((right) => right !== '*' && right !== ''),
      why,
      isNew: atoms.some((atom) => !approved.some((old) => covers(old, atom))),
      isRaw: capability === 'secrets',
    };
  });
}
