import type { Request } from 'express';

/** Lower-case names, repeated headers joined. */
export function plainHeaders({ headers }: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
