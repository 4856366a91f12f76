import { expect, test } from 'vitest';
import { z } from 'zod';
import { plainSchemaMessage } from './plain-schema-message.ts';

test.each([
  [z.string(), undefined, 'is missing'],
  [z.string().optional().nonoptional(), undefined, 'is missing'],
  [z.string(), 1, 'expected text, not a number'],
  [z.int(), 'many', 'expected a number, not text'],
  [z.int(), 1.5, 'expected a whole number, not a number'],
  [z.array(z.any()), {}, 'expected a list, not a map'],
  [z.record(z.string(), z.any()), null, 'expected a map, not null'],
  [z.int().min(1), 0, 'expected a number to be at least 1'],
  [z.int().max(65_535), 70_000, 'expected a number to be at most 65535'],
  [z.string().min(1), '', 'expected text to have at least 1 characters'],
  [z.number().positive(), 0, 'expected a number to be more than 0'],
  [z.enum(['a', 'b']), 'c', 'expected one of "a", "b"'],
  [z.literal('a'), 'c', 'expected "a"'],
  [z.string().regex(/a/), 'b', 'must match pattern /a/'],
  [z.union([z.string(), z.number()]), {}, 'has none of the forms that are accepted'],
  [z.string().refine(() => false, 'Give a name.'), 'x', 'Give a name.'],
])('%#: %s', (schema, value, plain) => {
  expect(plainSchemaMessage(schema.safeParse(value).error!.issues[0]!.message)).toBe(plain);
});
