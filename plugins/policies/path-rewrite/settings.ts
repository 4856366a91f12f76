import { z } from 'zod';

const text = z.string().min(1);
const path = z.string().regex(/^\/[^?#]*$/, 'begins with a slash and has no query');
const pattern = z.string().refine((source) => {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}, 'no regular expression');

export const settings = z
  .strictObject({
    stripPrefix: path.optional().describe('First: taken from the beginning of the path, where it stands there.'),
    replace: z
      .array(
        z.strictObject({
          match: pattern.describe('Regular expression over the path as it goes to the upstream.'),
          with: z.string().describe('`$1` and `$<name>` are what it has found; with placeholders.'),
        }),
      )
      .default([])
      .describe('Then, in order; each the first find.'),
    addPrefix: path.optional().describe('Then: put before the path, with placeholders.'),
    query: z
      .strictObject({
        remove: z.array(text).default([]).describe('Names of parameters, or beginnings of names with `*`.'),
        keep: z.array(text).optional().describe('Only these parameters stay.'),
        rename: z.record(text, text).default({}).describe('Old name → new name.'),
        set: z
          .record(text, z.string())
          .default({})
          .describe('Name → value in place of what is there, with placeholders; an absent value removes it.'),
        append: z.record(text, z.string()).default({}).describe('Name → value besides what is there.'),
      })
      .optional(),
  })
  .refine(
    ({ stripPrefix, replace, addPrefix, query }) =>
      stripPrefix !== undefined || replace.length > 0 || addPrefix !== undefined || query !== undefined,
    'it would do nothing',
  );

export type PathRewriteSettings = z.output<typeof settings>;
