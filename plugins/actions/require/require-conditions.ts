import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { raise } from './errors.ts';

const TRUE_TEXTS = ['true', 't', 'yes', 'y', 'on', '1'];
const FALSE_TEXTS = ['false', 'f', 'no', 'n', 'off', '0'];

/** True and false, also as the texts and numbers that inputs of the type `bool` take. Nothing else: truthiness would hide mistakes. */
const condition = z.preprocess((value) => {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : undefined;
  if (text === undefined) return value;
  return TRUE_TEXTS.includes(text) ? true : FALSE_TEXTS.includes(text) ? false : value;
}, z.boolean());

export const requireConditions = defineAction({
  name: 'core.require',
  title: 'Require',
  summary: 'Goes on only when conditions hold: fails otherwise, or says so in its result.',
  group: 'Core',
  input: z.strictObject({
    conditions: z
      .union([condition, z.array(condition)])
      .describe('A condition, or a list of them, already evaluated to true or false.'),
    require_all: z.boolean().default(true).describe('True: every condition must hold. False: one is enough.'),
    raise_error: z.boolean().default(true).describe('True: fail when the conditions do not hold. False: return false.'),
  }),
  output: z.boolean(),
  effect: 'pure',
  idempotent: 'always',
  examples: [{ name: 'A score above a limit', input: { conditions: [true, true] }, output: true }],
  run({ input }) {
    const conditions = Array.isArray(input.conditions) ? input.conditions : [input.conditions];
    const holds = input.require_all ? conditions.every(Boolean) : conditions.some(Boolean);
    if (holds || !input.raise_error) return holds;
    const failed = conditions.flatMap((met, index) => (met ? [] : [index]));
    throw raise.REQUIRE_NOT_MET({ failed, total: conditions.length, all: input.require_all }, { details: { failed } });
  },
});
