/** Node has it on every Buffer, and `toString` ends there after a detour that costs more than a short text. */
interface Latin1Bytes {
  latin1Slice(from?: number, to?: number): string;
}

/** One character for each byte. */
export function latin1(bytes: Buffer, to = bytes.length): string {
  return (bytes as Buffer & Latin1Bytes).latin1Slice(0, to);
}
