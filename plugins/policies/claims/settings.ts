import { z } from 'zod';
import { isClaimExpression } from './claim-expression.ts';

const text = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const wanted = z.union([scalar.transform((one) => [one]), z.array(scalar).min(1)]);
const requirement = z.record(text, wanted).refine((all) => Object.keys(all).length > 0, 'names no claim');
const expression = z
  .string()
  .refine(isClaimExpression, 'neither a claim nor `Claims[type] > value[index] > delimiter`');
const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'no name of a header');

export const settings = z
  .strictObject({
    require: requirement.optional().describe('Claim → value, or values of which one is enough; all claims must fit'),
    any: z.array(requirement).min(1).optional().describe('Sets of requirements of which one must hold'),
    present: z.array(text).default([]).describe('Claims that must be there, whatever they say'),
    scopes: z
      .union([
        z.array(text).transform((any) => ({ any, all: [] as string[] })),
        z.strictObject({ any: z.array(text).default([]), all: z.array(text).default([]) }),
      ])
      .default({ any: [], all: [] })
      .describe('A list: one of them is enough'),
    set: z.record(text, expression).default({}).describe('Claim → claim, before anything is required'),
    headers: z.record(headerName, expression).default({}).describe('Header → claim'),
    query: z.record(text, expression).default({}).describe('Parameter of the query → claim'),
    path: z
      .strictObject({
        template: z.string().regex(/^\/[^?#]*$/, 'begins with a slash and has no query'),
        values: z
          .record(text, expression)
          .default({})
          .describe('Placeholder → claim; others are parameters of the path'),
      })
      .optional()
      .describe('Path for the upstream'),
    missing: z
      .enum(['skip', 'refuse'])
      .default('skip')
      .describe('What a claim that is absent means for `set`, `headers` and `query`'),
    unknown: z
      .enum(['ask', 'refuse'])
      .default('ask')
      .describe(
        'What a caller without an identity gets where one is required: 401, or 403 as there is no way to have one',
      ),
    encodedParams: z
      .boolean()
      .default(false)
      .describe('Parameters of the path are percent-encoded, as those of imported Ocelot routes are'),
    aliases: z.record(text, z.array(text)).default({}).describe('Further names of claims'),
  })
  .refine(
    (config) =>
      config.require !== undefined ||
      config.any !== undefined ||
      config.path !== undefined ||
      config.scopes.any.length + config.scopes.all.length + config.present.length > 0 ||
      [config.set, config.headers, config.query].some((map) => Object.keys(map).length > 0),
    'it would do nothing',
  );

export type ClaimsSettings = z.output<typeof settings>;
