import { positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const percent = z.number().min(0).max(100);

const rule = z
  .strictObject({
    header: z.string().min(1).optional(),
    cookie: z.string().min(1).optional(),
    value: z.string().optional(),
  })
  .refine(({ header, cookie }) => (header === undefined) !== (cookie === undefined), 'either `header` or `cookie`');

export const settings = z
  .strictObject({
    to: z
      .union([
        z.strictObject({
          metadata: z.record(z.string(), z.string()).refine((all) => Object.keys(all).length > 0, 'name at least one'),
        }),
        z.strictObject({ route: z.string().min(1) }),
      ])
      .describe('The targets of the upstream that have this metadata, or another route.'),
    percent: percent.optional().describe('Share of the requests.'),
    ramp: z
      .strictObject({
        from: percent.default(0),
        to: percent.default(100),
        start: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
        over: duration,
      })
      .optional()
      .describe('Instead of `percent`: grows evenly.'),
    sticky: z
      .union([
        z.enum(['subject', 'address']),
        z.strictObject({ header: z.string().min(1) }),
        z.strictObject({ cookie: z.string().regex(/^[\w-]+$/), maxAge: duration.prefault('30d') }),
      ])
      .optional()
      .describe('Whose requests all go the same way. Default: each is drawn anew.'),
    always: z.array(rule).default([]).describe('Requests that go to the canary whatever the share.'),
    never: z.array(rule).default([]).describe('Requests that never do; decided first.'),
  })
  .refine(({ percent, ramp }) => (percent === undefined) !== (ramp === undefined), 'either `percent` or `ramp`');

export type CanarySettings = z.output<typeof settings>;
export type CanaryRule = z.output<typeof rule>;
