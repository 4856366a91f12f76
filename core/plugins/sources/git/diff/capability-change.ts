import type { Capabilities, CapabilityChange } from '../../../capabilities/capabilities.ts';
import { type CapabilityItem, diffCapabilities } from '../../../capabilities/diff.ts';

/** What becomes wider, narrower, or has only other reasons, with one line each: `+ network any method api.acme.com: reads tickets`. */
export function capabilityChange(
  from: Capabilities,
  to: Capabilities,
): { readonly change: CapabilityChange; readonly notes: readonly string[] } {
  const { change, added, removed, reasons } = diffCapabilities(from, to);
  return { change, notes: [...added.map(line('+')), ...removed.map(line('-')), ...reasons.map(line('~'))] };
}

function line(mark: string): (item: CapabilityItem) => string {
  return ({ capability, what, why }) => `${mark} ${capability}${what === '' ? '' : ` ${what}`}: ${why}`;
}

const ORDER: readonly CapabilityChange[] = ['same', 'reasons', 'narrower', 'wider'];

export function widest(changes: readonly CapabilityChange[]): CapabilityChange {
  return ORDER[Math.max(0, ...changes.map((change) => ORDER.indexOf(change)))]!;
}
