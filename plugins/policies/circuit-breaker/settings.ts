import { positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const native = z
  .strictObject({
    mode: z.literal('native').default('native'),
    failures: z.int().positive().default(5).describe('So many in a row open it. Not used with `ratio`.'),
    ratio: z.number().gt(0).max(1).optional().describe('Share of failures in `window` that opens it.'),
    minimum: z.int().positive().default(20).describe('With `ratio`: fewer requests in `window` never open it.'),
    window: duration.prefault('10s').describe('With `ratio`: how far back it looks.'),
    breakFor: duration.prefault('5s').describe('How long it stays open before it lets one request try.'),
    statuses: z.array(z.int().min(400).max(599)).default([500, 502, 503, 504]).describe('Answers that are failures.'),
    per: z.enum(['route', 'target']).default('route'),
    group: z.string().min(1).optional().describe('All uses with this name have one breaker.'),
  })
  .refine((given) => given.window >= 10, { path: ['window'], message: 'at least 10ms' });

const ocelot = z.strictObject({
  mode: z.literal('ocelot'),
  minimumThroughput: z.int().optional(),
  breakDuration: z.number().optional().describe('Milliseconds.'),
  failureRatio: z.number().optional(),
  samplingDuration: z.number().optional().describe('Milliseconds.'),
  version: z.enum(['24.0', '25.0']).default('25.0').describe('24.0 answers with an empty body.'),
  routeName: z.string().optional().describe('What the answer calls the route; default its id.'),
});

export const settings = z.discriminatedUnion('mode', [native, ocelot]);
export type BreakerSettings = z.output<typeof settings>;

/** When it opens, and for how long. */
export interface BreakerRule {
  readonly opens:
    | { readonly by: 'failures'; readonly failures: number }
    | { readonly by: 'ratio'; readonly ratio: number; readonly minimum: number; readonly windowMs: number };
  readonly breakMs: number;
}

export interface BreakerPlan {
  /** Undefined: switched off. */
  readonly rule: BreakerRule | undefined;
  readonly isFailure: (status: number) => boolean;
  readonly per: 'route' | 'target';
  readonly group: string | undefined;
}

/** Ocelot replaces what is out of range by its defaults. */
export function planOf(settings: BreakerSettings): BreakerPlan {
  if (settings.mode === 'ocelot') {
    const { minimumThroughput = 0, breakDuration = 0, failureRatio, samplingDuration = 0 } = settings;
    const minimum = minimumThroughput < 2 ? 100 : minimumThroughput;
    const isOff = minimumThroughput === 0 && !(failureRatio !== undefined && failureRatio > 0);
    const ratio = failureRatio !== undefined && failureRatio > 0 && failureRatio <= 1 ? failureRatio : 0.5;
    const windowMs = samplingDuration > 500 ? samplingDuration : 10_000;
    return {
      rule: isOff
        ? undefined
        : {
            opens:
              failureRatio === undefined
                ? { by: 'failures', failures: minimum }
                : { by: 'ratio', ratio, minimum, windowMs },
            breakMs: breakDuration > 500 ? breakDuration : 5_000,
          },
      isFailure: (status) => status >= 500 && status <= 508,
      per: 'route',
      group: undefined,
    };
  }
  const { failures, ratio, minimum, window, breakFor, statuses, per, group } = settings;
  const failing = new Set(statuses);
  return {
    rule: {
      opens: ratio === undefined ? { by: 'failures', failures } : { by: 'ratio', ratio, minimum, windowMs: window },
      breakMs: breakFor,
    },
    isFailure: (status) => failing.has(status),
    per,
    group,
  };
}
