import { z } from 'zod';

/** A path that stays in the folder it is relative to. Links are followed, and checked, by whoever opens it. */
export const insidePath = z
  .string()
  .min(1)
  .refine((text) => !/^[\\/]|^[A-Za-z]:|\\|\0/.test(text) && !text.split('/').includes('..'), {
    error: 'expected a relative path inside the folder of the plugin, with forward slashes',
  });
