/** Where bytes stand in a value, and how many; the bytes themselves follow the message, in this order. */
export type BytePlaces = readonly (readonly [path: readonly (string | number)[], size: number])[];

export interface Packed {
  /** With `null` where bytes stood. */
  readonly value: unknown;
  readonly places?: BytePlaces;
  readonly tail?: Uint8Array;
}

const MOST_DEPTH = 200;
const MOST_PLACES = 10_000;

/** Takes the bytes out of a value, which JSON would only bloat. Shares everything else with it. Throws RangeError for too many. */
export function packBytes(value: unknown): Packed {
  const found: { readonly path: readonly (string | number)[]; readonly bytes: Uint8Array }[] = [];
  const packed = withoutBytes(value, [], (path, bytes) => {
    if (found.push({ path, bytes }) > MOST_PLACES) throw new RangeError('too many pieces of bytes in one value');
  });
  if (found.length === 0) return { value };
  return {
    value: packed,
    places: found.map(({ path, bytes }) => [path, bytes.byteLength] as const),
    tail: found.length === 1 ? found[0]!.bytes : joined(found.map(({ bytes }) => bytes)),
  };
}

type Take = (path: readonly (string | number)[], bytes: Uint8Array) => void;

function withoutBytes(value: unknown, path: readonly (string | number)[], take: Take): unknown {
  if (typeof value !== 'object' || value === null || path.length > MOST_DEPTH) return value;
  if (value instanceof Uint8Array) {
    take(path, value);
    return null;
  }
  if (Array.isArray(value)) return changed(value, value.entries(), () => [...value], path, take);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  return changed(value, Object.entries(value), () => ({ ...value }), path, take);
}

function changed(
  value: object,
  entries: Iterable<readonly [string | number, unknown]>,
  copy: () => object,
  path: readonly (string | number)[],
  take: Take,
): object {
  let made: Record<string | number, unknown> | undefined;
  for (const [key, member] of entries) {
    if (typeof member !== 'object' || member === null) continue;
    const without = withoutBytes(member, [...path, key], take);
    if (without === member) continue;
    made ??= copy() as Record<string | number, unknown>;
    made[key] = without;
  }
  return made ?? value;
}

/** Puts the bytes back where they stood. Undefined when places and bytes do not fit each other; the value is then of no use. */
export function unpackBytes(
  value: unknown,
  places: BytePlaces,
  tail: Uint8Array,
): { readonly value: unknown } | undefined {
  const root = { value };
  let at = 0;
  for (const [path, size] of places) {
    const keys = ['value', ...path];
    const last = keys.pop()!;
    let holder: unknown = root;
    for (const key of keys) holder = isOwn(holder, key) ? holder[key] : undefined;
    if (!isOwn(holder, last) || holder[last] !== null || at + size > tail.byteLength) return undefined;
    holder[last] = tail.subarray(at, at + size);
    at += size;
  }
  return at === tail.byteLength ? root : undefined;
}

function isOwn(holder: unknown, key: string | number): holder is Record<string | number, unknown> {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
