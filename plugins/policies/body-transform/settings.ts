import { z } from 'zod';
import { jsonPath } from './json-path.ts';

const place = z.string().refine((text) => {
  try {
    jsonPath(text);
    return true;
  } catch {
    return false;
  }
}, 'no place like order.items.0.id or /order/items/0/id');
const single = place.refine((text) => !jsonPath(text).includes('*'), '`*` is no single place');
const fieldName = z
  .string()
  .min(1)
  .refine((name) => name !== '__proto__', 'no name of a field');

const changes = z
  .strictObject({
    pick: z.array(place).min(1).optional().describe('First: only this stays.'),
    omit: z.array(place).default([]).describe('Then: this goes.'),
    rename: z.record(place, fieldName).default({}).describe('Then: place → new name of the field.'),
    move: z.record(single, single).default({}).describe('Then: place → other place, whose objects are made.'),
    set: z.record(place, z.json()).default({}).describe('Then: place → JSON with placeholders, whatever is there.'),
    defaults: z.record(place, z.json()).default({}).describe('Then: the same, where nothing is there.'),
    template: z.json().optional().describe('Last: the whole new body, JSON with placeholders.'),
    maxBytes: z
      .int()
      .positive()
      .max(64 * 1024 * 1024)
      .default(1024 * 1024)
      .describe('Larger bodies are refused.'),
  })
  .describe('What is done to JSON bodies.');

export const settings = z
  .strictObject({
    request: changes.optional(),
    response: changes
      .extend({ errors: z.boolean().default(false).describe('Whether answers from 400 on are changed too.') })
      .optional(),
  })
  .refine(({ request, response }) => request !== undefined || response !== undefined, 'it would do nothing');

export type BodyChanges = z.output<typeof changes>;
