import { defineAction } from '@backplane/sdk';
import { z } from 'zod';

export const reshape = defineAction({
  name: 'core.transform.reshape',
  title: 'Reshape',
  summary: 'Gives the value it is given: any scalar, list or map, usually made with expressions.',
  group: 'Data transform',
  input: z.strictObject({ value: z.unknown().describe('The result.') }),
  output: z.unknown(),
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  examples: [{ name: 'a map', input: { value: { host: '${{ TRIGGER.host }}', seen: true } } }],
  run: ({ input }) => input.value,
});
