import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { items } from './arguments.ts';

export const dropNulls = defineAction({
  name: 'core.transform.drop_nulls',
  title: 'Drop nulls',
  summary: 'Gives the items that are not null. Empty text, zero and false stay.',
  group: 'Data transform',
  input: z.strictObject({ items }),
  output: z.array(z.unknown()),
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  examples: [{ name: 'a list with a hole', input: { items: [1, null, ''] }, output: [1, ''] }],
  run: ({ input }) => input.items.filter((item) => item !== null && item !== undefined),
});
