import type { Place } from '../../model/place.ts';

/** A value of an Ocelot file, with its place. Names of properties are one whatever their case, so maps are kept by the lower one. */
export type OcelotNode = MapNode | ListNode | ValueNode;

interface Located {
  readonly place: Place;
  /** JSON pointer in its file: `/Routes/0/Priority`. */
  readonly pointer: string;
}

export interface MapNode extends Located {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  /** As written. */
  readonly name: string;
  /** Of the name. */
  readonly place: Place;
  readonly node: OcelotNode;
}

export interface ListNode extends Located {
  readonly kind: 'list';
  readonly items: readonly OcelotNode[];
}

export interface ValueNode extends Located {
  readonly kind: 'value';
  readonly value: string | number | boolean | null;
}

export const pointerStep = (name: string | number) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

export function emptyMap(file: string): MapNode {
  return { kind: 'map', entries: new Map(), place: { file, line: 1, column: 1 }, pointer: '' };
}
