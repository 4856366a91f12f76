import { z } from 'zod';

const UNITS = { b: 1, kb: 1_000, mb: 1_000_000, gb: 1_000_000_000, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 } as const;

/** `64KiB`, `1.5MB`, or a number of bytes; comes out as bytes. */
export const byteCount = z.union([z.string(), z.int().min(0)]).transform((given, context) => {
  if (typeof given === 'number') return given;
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?) ?(b|[kmg]i?b)?$/i.exec(given) ?? [];
  if (amount !== undefined) return Math.floor(Number(amount) * UNITS[unit.toLowerCase() as keyof typeof UNITS]);
  context.addIssue({ code: 'custom', message: `${JSON.stringify(given)} is no size like 64KiB, 10MB or 2048` });
  return z.NEVER;
});
