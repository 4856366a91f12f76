/** A value found by a path, and how it was reached. */
export interface Datum {
  readonly value: unknown;
  /** Absent for the value the search began at and for computed ones. */
  readonly parent?: Datum;
  /** Key or index below `parent`. */
  readonly step?: string | number;
}
