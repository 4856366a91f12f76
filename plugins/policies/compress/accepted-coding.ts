export type Coding = 'br' | 'zstd' | 'gzip';

/** Callers send a handful of different texts; whoever sends others does not fill the memory. */
const MAX_REMEMBERED = 256;

/**
 * The coding that a caller wants most by its Accept-Encoding (RFC 9110 §12.5.3); among those that it wants alike, the first of `offered`.
 * Undefined: as it is.
 */
export function acceptedCoding(offered: readonly Coding[]): (header: string | undefined) => Coding | undefined {
  const known = new Map<string, Coding | undefined>();
  return (header) => {
    if (header === undefined) return undefined;
    if (known.has(header)) return known.get(header);
    const chosen = choose(header, offered);
    if (known.size < MAX_REMEMBERED && header.length < 200) known.set(header, chosen);
    return chosen;
  };
}

function choose(header: string, offered: readonly Coding[]): Coding | undefined {
  const weights = new Map<string, number>();
  for (const item of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    if (name !== '' && weight >= 0 && weight <= 1) weights.set(name === 'x-gzip' ? 'gzip' : name, weight);
  }
  const rest = weights.get('*') ?? 0;
  let chosen: Coding | undefined;
  let best = 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? rest;
    if (weight > best) [chosen, best] = [coding, weight];
  }
  return best >= (weights.get('identity') ?? 0) ? chosen : undefined;
}
