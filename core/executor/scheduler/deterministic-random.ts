/** Distinct primes and offsets give four independent lanes of FNV-1a. */
const LANES = [
  [0x811c9dc5, 0x01000193],
  [0x9e3779b9, 0x85ebca6b],
  [0xc2b2ae35, 0x27d4eb2f],
  [0x165667b1, 0x9e3779b1],
] as const;

/** A 32-bit number that depends on every character of the seed. */
export function hash32(seed: string, lane: 0 | 1 | 2 | 3 = 0): number {
  const [offset, prime] = LANES[lane];
  let hash: number = offset;
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), prime);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Evenly spread in [0, 1), the same for the same seed. */
export function fraction(seed: string): number {
  return hash32(seed) / 2 ** 32;
}

/** A version 4 UUID that is the same for the same seed, so that a replay writes what the first run wrote. */
export function seededUuid(seed: string): string {
  const hex = ([0, 1, 2, 3] as const).map((lane) => hash32(seed, lane).toString(16).padStart(8, '0')).join('');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
