import { defineAction, type Expressions } from '@backplane/sdk';
import { z } from 'zod';
import { items, lambda } from './arguments.ts';
import { equalityKey } from './equality-key.ts';

/** `core.transform.is_in` and `not_in` differ in one word. */
export function membershipAction(name: 'is_in' | 'not_in', title: string, summary: string) {
  const wanted = name === 'is_in';
  return defineAction({
    name: `core.transform.${name}`,
    title,
    summary,
    group: 'Data transform',
    input: z.strictObject({
      items,
      collection: z.array(z.unknown()).describe('The values to compare with.'),
      python_lambda: lambda('What of an item is compared').nullish(),
    }),
    output: z.array(z.unknown()),
    uses: ['expressions'],
    effect: 'pure',
    idempotent: 'always',
    exactNumbers: true,
    run({ input, expressions }) {
      const known = new Set(input.collection.map(equalityKey));
      const keyOf = keyFunction(input.python_lambda, expressions);
      return input.items.filter((item) => known.has(equalityKey(keyOf(item))) === wanted);
    },
  });
}

function keyFunction(source: string | null | undefined, expressions: Expressions): (item: unknown) => unknown {
  return source === null || source === undefined ? (item) => item : expressions.lambda(source);
}
