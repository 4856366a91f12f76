import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { items, lambda } from './arguments.ts';

export const mapItems = defineAction({
  name: 'core.transform.map',
  title: 'Map',
  summary: 'Gives what a function makes of each item.',
  group: 'Data transform',
  input: z.strictObject({ items, python_lambda: lambda('The function') }),
  output: z.array(z.unknown()),
  uses: ['expressions'],
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  examples: [{ name: 'double', input: { items: [1, 2], python_lambda: 'lambda x: x * 2' }, output: [2, 4] }],
  run({ input, expressions }) {
    const make = expressions.lambda(input.python_lambda);
    return input.items.map((item) => make(item));
  },
});
