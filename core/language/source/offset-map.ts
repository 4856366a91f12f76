/** A string decoded again, with the place in the file that each of its characters came from. */
export interface OffsetMap {
  readonly text: string;
  /** One more entry than `text` has characters: the last is the end. */
  readonly offsets: readonly number[];
}
