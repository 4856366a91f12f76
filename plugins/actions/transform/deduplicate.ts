import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { expireSeconds, keys } from './arguments.ts';
import { distinctItems } from './distinct-items.ts';
import { rememberNew } from './remember-new.ts';

const item = z.record(z.string(), z.unknown());

export const deduplicate = defineAction({
  name: 'core.transform.deduplicate',
  title: 'Deduplicate',
  summary: 'Gives the items not seen before, by what they have at some keys; equal ones within the call are merged.',
  group: 'Data transform',
  input: z.strictObject({
    items: z
      .union([z.array(item), item])
      .nullable()
      .describe('One map or a list of them.'),
    keys,
    expire_seconds: expireSeconds,
    persist: z.boolean().optional().describe('Whether earlier calls count, or only this one. Default: true.'),
  }),
  output: z.array(item),
  uses: ['kv', 'expressions'],
  effect: 'write',
  idempotent: 'with-key',
  exactNumbers: true,
  examples: [
    { name: 'alerts by id', input: { items: [{ id: 1 }, { id: 1, n: 2 }], keys: ['id'] }, output: [{ id: 1, n: 2 }] },
  ],
  async run({ input, kv, run, expressions }) {
    const items = Array.isArray(input.items)
      ? input.items
      : Object.keys(input.items ?? {}).length > 0
        ? [input.items!]
        : [];
    const distinct = distinctItems(items, input.keys, expressions);
    if (input.persist === false) return [...distinct.values()];
    const isNew = await rememberNew([...distinct.keys()], { kv, run, ttlMs: input.expire_seconds * 1000 });
    return [...distinct.values()].filter((_item, index) => isNew[index]);
  },
});
