import { milliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform((given, { addIssue }) => {
  try {
    return milliseconds(given);
  } catch {
    addIssue({ code: 'custom', message: `${JSON.stringify(given)} is no duration like 500ms, 5s or 1m` });
    return z.NEVER;
  }
});

export const settings = z.strictObject({
  workflow: z.string().min(1).describe('Alias or id.'),
  input: z
    .json()
    .default('{body}')
    .describe('What the workflow sees as `TRIGGER`: any JSON with placeholders. `{body}` is the body as JSON.'),
  wait: duration
    .default(25_000)
    .refine((ms) => ms <= 600_000, 'at most 10m')
    .describe('How long its result is waited for; `0s` never waits.'),
  location: z
    .string()
    .optional()
    .describe('Where the run can be asked for, with `{runId}`: goes into `Location` of a 202.'),
  idempotencyKey: z
    .union([z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'no name of a header'), z.literal(false)])
    .default('Idempotency-Key')
    .describe('Header whose value makes a repeated request find the run of the first one; `false`: none.'),
});
