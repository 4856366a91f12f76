import { milliseconds } from '@backplane/sdk';
import { z } from 'zod';

/** `250ms`, `5s`, `1m`, or milliseconds; comes out as milliseconds above 0. */
export const duration = z.union([z.string(), z.number()]).transform((given, context) => {
  try {
    const ms = milliseconds(given);
    if (ms > 0) return ms;
  } catch {}
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(given)} is no duration above 0 like 250ms, 5s, 1m or 2h`,
  });
  return z.NEVER;
});
