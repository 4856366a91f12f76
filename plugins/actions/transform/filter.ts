import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { items, lambda } from './arguments.ts';

export const filter = defineAction({
  name: 'core.transform.filter',
  title: 'Filter',
  summary: 'Keeps the items for which a condition holds.',
  group: 'Data transform',
  input: z.strictObject({ items, python_lambda: lambda('The condition') }),
  output: z.array(z.unknown()),
  uses: ['expressions'],
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  examples: [{ name: 'large numbers', input: { items: [1, 5], python_lambda: 'lambda x: x > 2' }, output: [5] }],
  run({ input, expressions }) {
    const condition = expressions.lambda(input.python_lambda);
    return input.items.filter((item) => expressions.isTruthy(condition(item)));
  },
});
