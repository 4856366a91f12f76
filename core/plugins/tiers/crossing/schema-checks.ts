import type { Member, Members } from './shape.ts';

/** The function that checks a value by a schema of a contribution. No member of a contribution has such a name. */
export function checkName(schema: string): string {
  return `check ${schema}`;
}

/** Gives `{ issues }` for what does not fit, else `{}` or `{ value }`. */
export const CHECK: Member = { takes: ['data'], gives: 'data' };

export function checkMembers(schemas: readonly string[]): Members {
  return Object.fromEntries(schemas.map((name) => [checkName(name), CHECK]));
}
