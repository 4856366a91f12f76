/** Random bytes for one run: ChaCha20 keyed with 256 bits that the operating system's generator gave. */
export function createRandom(seedHex: string): (length: number) => Uint8Array {
  const key = Array.from({ length: 8 }, (_, index) => Number.parseInt(seedHex.slice(index * 8, index * 8 + 8), 16) | 0);
  let counter = 0;
  let block = new Uint8Array(0);
  let used = 0;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) {
      if (used === block.length) {
        block = chachaBlock(key, counter++);
        used = 0;
      }
      bytes[at] = block[used++]!;
    }
    return bytes;
  };
}

/** One 64-byte block of RFC 8439's ChaCha20, nonce zero. */
export function chachaBlock(key: readonly number[], counter: number): Uint8Array<ArrayBuffer> {
  const start = Int32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...key, counter, 0, 0, 0);
  const state = start.slice();
  for (let round = 0; round < 10; round++) {
    for (let column = 0; column < 4; column++) quarter(state, column, column + 4, column + 8, column + 12);
    quarter(state, 0, 5, 10, 15);
    quarter(state, 1, 6, 11, 12);
    quarter(state, 2, 7, 8, 13);
    quarter(state, 3, 4, 9, 14);
  }
  for (let index = 0; index < 16; index++) state[index]! += start[index]!;
  return new Uint8Array(state.buffer);
}

function quarter(state: Int32Array, a: number, b: number, c: number, d: number): void {
  mix(state, a, b, d, 16);
  mix(state, c, d, b, 12);
  mix(state, a, b, d, 8);
  mix(state, c, d, b, 7);
}

function mix(state: Int32Array, to: number, from: number, turned: number, by: number): void {
  state[to]! += state[from]!;
  const mixed = state[turned]! ^ state[to]!;
  state[turned] = (mixed << by) | (mixed >>> (32 - by));
}

/** `crypto.randomUUID` (version 4). */
export function randomUuid(random: (length: number) => Uint8Array): string {
  const bytes = random(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
