const UNITS = { b: 1, kb: 1_000, mb: 1_000_000, gb: 1_000_000_000, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 } as const;

/**
 * Bytes of a size such as `64KiB`, `1.5MB` or a number of bytes, as a transform of the settings' schema; anything else becomes an issue:
 * `z.union([z.string(), z.int().min(0)]).transform(byteCount)`.
 */
export function byteCount(size: string | number, context: { addIssue(message: string): void }): number {
  if (typeof size === 'number') return size;
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?) ?(b|[kmg]i?b)?$/i.exec(size) ?? [];
  if (amount !== undefined) return Math.floor(Number(amount) * UNITS[unit.toLowerCase() as keyof typeof UNITS]);
  context.addIssue(`${JSON.stringify(size)} is no size like 64KiB, 10MB or 2048`);
  return Number.NaN;
}
