import { positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';
import { isTimeZone } from './calendar.ts';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const limit = z.int().positive();
const rate = {
  limit: limit.describe('Requests, or units of cost, that a period has room for.'),
  period: z
    .union([z.enum(['day', 'week', 'month']), duration])
    .describe('A duration; with `algorithm: quota` a `day`, `week` or `month` of the calendar.'),
  burst: limit.optional().describe('`token-bucket`: how many tokens the bucket holds. Default `limit`.'),
};

const BY = /^(address|subject|consumer|route|(header|claim|cookie|constant):.+)$/;

const tier = z
  .strictObject({
    ...z.object(rate).partial().shape,
    name: z.string().min(1).describe('Of the tier, in keys of its counters.'),
    claim: z.strictObject({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }).optional(),
    consumers: z.array(z.string()).optional(),
    unlimited: z.boolean().default(false),
  })
  .refine((given) => given.claim !== undefined || given.consumers !== undefined, 'a tier needs `claim` or `consumers`')
  .refine((given) => given.unlimited || given.limit !== undefined, 'a tier needs `limit` or `unlimited: true`');

export const nativeSettings = z
  .strictObject({
    mode: z.literal('native').default('native'),
    ...rate,
    algorithm: z.enum(['fixed-window', 'sliding-window', 'token-bucket', 'quota']).default('fixed-window'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'no time zone of that name')
      .default('UTC')
      .describe('Of the calendar of `quota`.'),
    by: z
      .array(z.string().regex(BY, 'one of address, subject, consumer, route, header:…, claim:…, cookie:…, constant:…'))
      .min(1)
      .default(['address'])
      .describe('Whose requests are counted together. What a request lacks is replaced by its address.'),
    group: z.string().min(1).optional().describe('All uses with this name count together.'),
    tiers: z.array(tier).default([]).describe('Other limits for some callers; the first that fits.'),
    cost: z
      .strictObject({
        methods: z.record(z.string(), z.int().min(0)).default({}),
        header: z
          .string()
          .min(1)
          .optional()
          .describe('A request header with the cost; what is no whole number is ignored.'),
      })
      .optional()
      .describe('What a request counts; default 1.'),
    dryRun: z.boolean().default(false).describe('Counts and logs, refuses nobody.'),
    status: z.int().min(400).max(599).default(429),
    message: z.string().optional().describe('`detail` of the refusal.'),
    headers: z
      .enum(['both', 'draft', 'x', 'none'])
      .default('both')
      .describe('`RateLimit` and `RateLimit-Policy`, `X-RateLimit-*`.'),
    whenStoreFails: z.enum(['refuse', 'allow']).default('refuse'),
  })
  .superRefine((given, context) => {
    const isQuota = given.algorithm === 'quota';
    for (const { period, path } of [
      { period: given.period, path: ['period'] },
      ...given.tiers.map((one, at) => ({ period: one.period ?? given.period, path: ['tiers', at, 'period'] })),
    ]) {
      if (isQuota && typeof period === 'number')
        context.addIssue({ code: 'custom', path, message: 'a quota is for a day, a week or a month' });
      if (!isQuota && typeof period === 'string')
        context.addIssue({
          code: 'custom',
          path,
          message: 'days, weeks and months of the calendar need `algorithm: quota`',
        });
    }
    if (given.burst !== undefined && given.algorithm !== 'token-bucket')
      context.addIssue({ code: 'custom', path: ['burst'], message: 'only a token bucket has a burst' });
  });

/** Period and Wait of Ocelot: `1s`, `0.5 m`, `250ms`; without a unit milliseconds; a sign is ignored. */
const ocelotSpan = z.string().transform((text, context) => {
  const [, amount, unit = 'ms'] = /^\s*[+-]?\s*(\d+(?:\.\d+)?|\.\d+)\s*(d|h|m|s|ms)?\s*$/i.exec(text) ?? [];
  if (amount === undefined) {
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(text)} is no period of Ocelot like 1s, 5m or 250ms`,
    });
    return z.NEVER;
  }
  const units: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  return { text: text.trim(), ms: Number(amount) * units[unit.toLowerCase()]! };
});

export const ocelotSettings = z.strictObject({
  mode: z.literal('ocelot'),
  version: z.enum(['24.0', '25.0']).default('25.0').describe('Whose rules: `25.0` stands for 24.1 and later.'),
  limit,
  period: ocelotSpan.default({ text: '1s', ms: 1_000 }),
  wait: ocelotSpan.optional(),
  clientIdHeader: z.string().min(1).optional().describe('Default `Oc-Client`, before 24.1 `ClientId`.'),
  clientWhitelist: z.array(z.string()).default([]),
  statusCode: z.int().min(100).max(599).default(429),
  quotaMessage: z.string().optional().describe('`{0}` is the limit, `{1}` the period.'),
  enableHeaders: z.boolean().default(true),
  keyPrefix: z.string().optional(),
});

export const settings = z.discriminatedUnion('mode', [nativeSettings, ocelotSettings]);
export type NativeSettings = z.output<typeof nativeSettings>;
export type OcelotSettings = z.output<typeof ocelotSettings>;
