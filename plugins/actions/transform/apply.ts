import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { lambda } from './arguments.ts';

export const apply = defineAction({
  name: 'core.transform.apply',
  title: 'Apply',
  summary: 'Gives what a function makes of a value.',
  group: 'Data transform',
  input: z.strictObject({ value: z.unknown().describe('The value.'), python_lambda: lambda('The function') }),
  output: z.unknown(),
  uses: ['expressions'],
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  examples: [{ name: 'a member', input: { value: { name: 'a' }, python_lambda: "lambda x: x['name']" }, output: 'a' }],
  run: ({ input, expressions }) => expressions.lambda(input.python_lambda)(input.value),
});
