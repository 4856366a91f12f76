import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { expireSeconds, keys } from './arguments.ts';
import { distinctItems } from './distinct-items.ts';
import { rememberNew } from './remember-new.ts';

export const isDuplicate = defineAction({
  name: 'core.transform.is_duplicate',
  title: 'Is duplicate',
  summary: 'Tells whether a map was seen before, by what it has at some keys; from now on it was.',
  group: 'Data transform',
  input: z.strictObject({
    item: z.record(z.string(), z.unknown()).describe('The map.'),
    keys,
    expire_seconds: expireSeconds,
  }),
  output: z.boolean(),
  uses: ['kv', 'expressions'],
  effect: 'write',
  idempotent: 'with-key',
  exactNumbers: true,
  examples: [{ name: 'an alert', input: { item: { id: 1 }, keys: ['id'] }, output: false }],
  async run({ input, kv, run, expressions }) {
    const [identity] = distinctItems([input.item], input.keys, expressions).keys();
    const [isNew] = await rememberNew([identity!], { kv, run, ttlMs: input.expire_seconds * 1000 });
    return !isNew;
  },
});
