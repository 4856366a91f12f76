import { Float } from '@backplane/sdk';
import { z } from 'zod';

export const items = z.array(z.unknown()).describe('The list.');

export const lambda = (of: string) =>
  z
    .string()
    .min(1)
    .describe(`${of}, as a Python lambda (\`lambda x: x['n'] > 2\`) or an expression over x (\`x.n > 2\`).`);

export const jsonMap = z.union([z.string(), z.record(z.string(), z.unknown())]).describe('A map, or its JSON text.');

export const keys = z
  .array(z.string().min(1))
  .min(1)
  .describe('What makes items equal: paths in them, such as `id` or `user.email`.');

/** Whole floats count: numbers reach these actions as the language has them. */
export const expireSeconds = z
  .unknown()
  .meta({ type: 'number', exclusiveMinimum: 0 })
  .transform((given, context) => {
    const seconds = Float.is(given) ? given.value : given;
    if (typeof seconds === 'number' && seconds > 0) return seconds;
    context.addIssue({ code: 'custom', message: 'expected a number of seconds greater than 0' });
    return z.NEVER;
  })
  .optional()
  .transform((seconds) => seconds ?? 3600)
  .describe('How long an item counts as seen. Default: 3600.');
