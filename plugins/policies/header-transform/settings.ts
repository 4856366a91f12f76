import { z } from 'zod';

export const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'no name of a header');
const value = z.string().regex(/^[^\r\n\0]*$/, 'expected one line of text');
const values = z.record(headerName, value);

const changes = z.strictObject({
  remove: z
    .array(z.string().regex(/^[\w!#$%&'+.^`|~-]+\*?$/, 'no name of a header'))
    .default([])
    .describe('First: names, or beginnings of names with `*`.'),
  rename: z.record(headerName, headerName).default({}).describe('Then: old name → new name, with all values.'),
  set: values.default({}).describe('Then: in place of what is there. With placeholders; an absent value removes it.'),
  append: values.default({}).describe('Last: besides what is there. With placeholders; an absent value adds nothing.'),
});

const native = z
  .strictObject({
    mode: z.literal('native').default('native'),
    request: changes.optional().describe('Of what the upstream gets.'),
    response: changes.optional().describe('Of what the caller gets, whoever answered.'),
  })
  .refine(({ request, response }) => request !== undefined || response !== undefined, 'it would do nothing');

const step = z.union([
  z.strictObject({ header: headerName, value }),
  z.strictObject({ header: headerName, find: value.min(1), replaceWith: value }),
]);

/** As the import of Ocelot files writes it. */
const ocelot = z.strictObject({
  mode: z.literal('ocelot'),
  request: z.array(step).default([]),
  response: z.array(step).default([]),
});

export const settings = z.discriminatedUnion('mode', [native, ocelot]);

export type HeaderChanges = z.output<typeof changes>;
export type OcelotStep = z.output<typeof step>;
