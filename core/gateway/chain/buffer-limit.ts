/** How much of a body a policy sees at once, and whether it can do without a larger one. */
export interface BufferLimit {
  readonly maxBytes: number;
  readonly onOverflow: 'refuse' | 'skip';
}
