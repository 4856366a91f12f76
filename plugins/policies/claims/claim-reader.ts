import type { PolicyIdentity } from '@backplane/sdk';
import { type Aliases, namesOf } from './aliases.ts';

/** All values of a claim as text; none when it is absent or an object. */
export type ClaimReader = (identity: PolicyIdentity) => readonly string[];

const NONE: readonly string[] = [];

/** By its name, one of its other names, or a path like `realm_access.roles`. */
export function claimReader(claim: string, aliases: Aliases): ClaimReader {
  const names = namesOf(claim, aliases);
  const path = claim.includes('.') && !claim.includes('/') ? claim.split('.') : undefined;
  return ({ claims, subject, scopes }) => {
    for (const name of names) if (Object.hasOwn(claims, name)) return valuesOf(claims[name]);
    if (claim === 'sub') return [subject];
    if (claim === 'scope') return scopes;
    return path === undefined ? NONE : valuesOf(path.reduce<unknown>(member, claims));
  };
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function valuesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return Array.isArray(value) ? value.flatMap(valuesOf) : NONE;
}
