import type { Position } from '@backplane/sdk';
import type { Problem } from './problem.ts';

/** The steps from the root of a file to a value: keys of mappings and indexes of sequences. */
export type DataPath = readonly (string | number)[];

/** A parsed YAML (or JSON) file that remembers where every value stands. */
export interface YamlSource {
  readonly file: string;
  /**
   * Plain data: null, booleans, numbers, strings, arrays, null-prototype objects. Numbers are exact: a whole float (`2.0`) is a
   * `Float`, an integer beyond 2^53 a `bigint`. Date-like scalars stay strings; anchors and merges are resolved.
   */
  readonly value: unknown;
  /** Syntax errors and duplicate keys; `value` is only meaningful when empty. */
  readonly problems: readonly Problem[];
  /** Keys given twice in one mapping: `value` has the last one, here are the hidden ones. Each also has its problem. */
  readonly duplicates: readonly HiddenValue[];
  /** Where the value at this path stands; the nearest known ancestor when the path itself is missing. */
  positionOf(path: DataPath): Position;
  /** Where the key at this path stands (for "unknown key" findings). */
  keyPositionOf(path: DataPath): Position;
  /** The position of an offset inside the scalar string at this path (for errors inside an expression). */
  positionInside(path: DataPath, offset: number): Position;
  /** The same inside the key at this path. */
  positionInsideKey(path: DataPath, offset: number): Position;
}

export interface HiddenValue {
  readonly path: DataPath;
  readonly value: unknown;
  /** The problem that reports it. */
  readonly problem: Problem;
}
