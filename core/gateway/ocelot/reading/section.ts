import type { Spot } from '../findings.ts';
import type { MapNode, OcelotNode } from './ocelot-node.ts';

/** A property under its name of today and those of older versions; where both are given, the old one counts. */
export type Names = readonly [today: string, ...old: string[]];

/**
 * Reads an object of an Ocelot file the way .NET binds it: names in any case, numbers and flags also as text, null as absent. What has the
 * wrong kind was reported before and reads as absent. A section may lie over a global one, which is asked for what it does not say.
 */
export class Section implements Spot {
  readonly node: MapNode;
  readonly #below: Section | undefined;

  constructor(node: MapNode, below?: Section) {
    this.node = node;
    this.#below = below;
  }

  get place() {
    return this.node.place;
  }

  get pointer() {
    return this.node.pointer;
  }

  over(below: Section | undefined): Section {
    return new Section(this.node, below);
  }

  find(...names: string[]): OcelotNode | undefined {
    return this.own(...names) ?? this.#below?.find(...names);
  }

  /** Without what lies below. */
  own(...names: string[]): OcelotNode | undefined {
    for (const name of names.toReversed()) {
      const node = this.node.entries.get(name.toLowerCase())?.node;
      if (node !== undefined && !(node.kind === 'value' && node.value === null)) return node;
    }
    return undefined;
  }

  has(...names: string[]): boolean {
    return this.find(...names) !== undefined;
  }

  /** Where a property stands, or where it is missing. */
  at(...names: string[]): Spot {
    return this.find(...names) ?? this;
  }

  text(...names: string[]): string | undefined {
    const node = this.find(...names);
    return node?.kind === 'value' ? String(node.value) : undefined;
  }

  number(...names: string[]): number | undefined {
    const node = this.find(...names);
    return node === undefined ? undefined : numberOf(node);
  }

  flag(...names: string[]): boolean | undefined {
    const node = this.find(...names);
    return node === undefined ? undefined : flagOf(node);
  }

  /** Null entries are left out. */
  texts(...names: string[]): readonly string[] {
    return this.items(...names).flatMap((item) =>
      item.kind === 'value' && item.value !== null ? [String(item.value)] : [],
    );
  }

  items(...names: string[]): readonly OcelotNode[] {
    return itemsOf(this.find(...names));
  }

  /** A dictionary, sorted by its keys as .NET gives it. */
  pairs(...names: string[]): readonly (Spot & { readonly key: string; readonly value: string })[] {
    const node = this.find(...names);
    if (node?.kind !== 'map') return [];
    const pairs = [...node.entries.values()].flatMap(({ name, node: { place, pointer, ...inner } }) =>
      inner.kind === 'value' && inner.value !== null ? [{ key: name, value: String(inner.value), place, pointer }] : [],
    );
    return pairs.toSorted((a, b) => (a.key.toLowerCase() < b.key.toLowerCase() ? -1 : 1));
  }

  section(...names: string[]): Section | undefined {
    const node = this.find(...names);
    return node?.kind === 'map' ? new Section(node) : undefined;
  }

  sections(...names: string[]): readonly Section[] {
    return this.items(...names).flatMap((item) => (item.kind === 'map' ? [new Section(item)] : []));
  }
}

/** .NET takes an object where a list is wanted, whatever its names. */
export function itemsOf(node: OcelotNode | undefined): readonly OcelotNode[] {
  if (node?.kind === 'list') return node.items;
  return node?.kind === 'map' ? [...node.entries.values()].map((entry) => entry.node) : [];
}

export function numberOf(node: OcelotNode): number | undefined {
  if (node.kind !== 'value' || typeof node.value === 'boolean' || node.value === '') return undefined;
  const number = Number(node.value);
  return Number.isFinite(number) ? number : undefined;
}

export function flagOf(node: OcelotNode): boolean | undefined {
  if (node.kind !== 'value') return undefined;
  const text = String(node.value).trim().toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
