import * as z from 'zod';

/** What starts a run, however it was heard of. */
export const entry = z.object({ id: z.string(), title: z.string() });
export const sample = { id: 'e-1', title: 'First post' };
