import type { Params } from './compiled-route.ts';

/** One segment of where a route stands in the index: its text, or undefined for any one. Lower case. */
export type IndexSegment = string | undefined;

/** A path pattern, ready to be compared. */
export interface PathMatcher {
  /** Segments that every matching path begins with; only a help to find candidates. */
  readonly index: readonly IndexSegment[];
  /** More segments may follow those of the index, also none. */
  readonly isOpen: boolean;
  /** Its parameters, or undefined where it does not fit. `path` as sent; `query` without `?`. */
  match(path: string, query: string): Params | undefined;
  /** Compared from left to right, greater is more exact: 2 text, 1 a parameter, 0 the rest. */
  readonly exactness: readonly number[];
}
