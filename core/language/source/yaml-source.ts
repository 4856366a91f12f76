import type { Position } from '@backplane/sdk';
import type { Problem } from './problem.ts';

/** A parsed YAML (or JSON) file that remembers where every value stands. */
export interface YamlSource {
  readonly file: string;
  /** Plain data: null, booleans, numbers, strings, arrays, objects. Date-like scalars stay strings; anchors and merges are resolved. */
  readonly value: unknown;
  /** Syntax errors and duplicate keys; `value` is only meaningful when empty. */
  readonly problems: readonly Problem[];
  /** Where the value at this path stands; the nearest known ancestor when the path itself is missing. */
  positionOf(path: readonly (string | number)[]): Position;
  /** Where the key at this path stands (for "unknown key" findings). */
  keyPositionOf(path: readonly (string | number)[]): Position;
  /** The position of an offset inside the scalar string at this path (for errors inside an expression). */
  positionInside(path: readonly (string | number)[], offset: number): Position;
}
