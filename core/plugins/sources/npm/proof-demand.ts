import { z } from 'zod';

/** What an administrator wants of a proof: it does not matter, its absence is told, or nothing is taken without it. */
export const demandSchema = z.enum(['none', 'preferred', 'required']);

/** What is wanted of the packages of one registry; absent: what is wanted of all. */
export const ownDemandsSchema = z.strictObject({
  signature: demandSchema.optional(),
  provenance: demandSchema.optional(),
});
export type OwnDemands = z.output<typeof ownDemandsSchema>;
