export interface BufferLimit {
  readonly maxBytes: number;
  readonly onOverflow: 'refuse' | 'skip';
}
