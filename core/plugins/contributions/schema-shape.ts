import { CAPABILITY_OF, isSchema } from '@backplane/sdk/host';
import { z } from 'zod';
import type { StandardSchema } from '../actions/standard-schema.ts';

export const isFunction = (value: unknown): boolean => typeof value === 'function';

/** A schema of any library that speaks Standard Schema. */
export const schemaShape = z.custom<StandardSchema>(
  isSchema,
  'expected a schema of a library that speaks Standard Schema (zod, valibot, arktype …)',
);

/** Ports of everything but actions: raw secrets reach those alone. */
export const usesShape = z
  .array(z.enum(Object.keys(CAPABILITY_OF) as (keyof typeof CAPABILITY_OF)[]).exclude(['secrets']))
  .default([]);
