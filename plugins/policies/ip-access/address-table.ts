import type { Address } from './address.ts';
import type { AddressRange } from './address-range.ts';

/** Ranges in order and without overlaps, so that a look-up halves them. */
export interface AddressTable {
  has(address: Address): boolean;
  readonly isEmpty: boolean;
}

export function addressTable(ranges: readonly AddressRange[]): AddressTable {
  const tables = { 4: merged(ranges, 4), 6: merged(ranges, 6) };
  return {
    isEmpty: ranges.length === 0,
    has({ version, number }) {
      const table = tables[version];
      let low = 0;
      let high = table.length - 1;
      while (low <= high) {
        const middle = (low + high) >> 1;
        const { from, to } = table[middle]!;
        if (number < from) high = middle - 1;
        else if (number > to) low = middle + 1;
        else return true;
      }
      return false;
    },
  };
}

function merged(ranges: readonly AddressRange[], version: 4 | 6): readonly AddressRange[] {
  const sorted = ranges.filter((range) => range.version === version).sort((a, b) => (a.from < b.from ? -1 : 1));
  const out: AddressRange[] = [];
  for (const range of sorted) {
    const last = out.at(-1);
    if (last === undefined || range.from > last.to + 1n) out.push(range);
    else if (range.to > last.to) out[out.length - 1] = { ...last, to: range.to };
  }
  return out;
}
