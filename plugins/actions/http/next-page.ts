import { z } from 'zod';
import { METHODS, type RepeatableArguments } from './arguments.ts';
import { raise } from './errors.ts';

const entries = z.record(z.string(), z.unknown()).nullable();

const changes = z
  .object({
    url: z.string(),
    method: z.enum(METHODS),
    headers: entries,
    params: entries,
    payload: z.unknown(),
    form_data: entries,
  })
  .partial()
  .strict();

/**
 * The request of the next page: what `next_request` names is replaced, the rest stays. A URL that brings its own query, as "next" links
 * do, leaves the former parameters behind, or they would lead back to the first page. Undefined: there is none.
 * Throws HTTP_PAGINATE_NEXT_INVALID.
 */
export function nextPage<A extends RepeatableArguments>(current: A, given: unknown): A | undefined {
  if (given === null || given === undefined) return undefined;
  const parsed = changes.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw raise.HTTP_PAGINATE_NEXT_INVALID({ problem: [...issue.path.map(String), issue.message].join(': ') });
  }
  const { url, params } = parsed.data;
  const next = { ...current, ...withoutNulls(parsed.data) };
  if (url === undefined) return next;
  next.url = URL.parse(url, current.url)?.href ?? url;
  return url.includes('?') && params === undefined ? { ...next, params: undefined } : next;
}

/** Null means "none" for an argument, as it does in the action itself. */
function withoutNulls(given: z.output<typeof changes>): Partial<RepeatableArguments> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? undefined]));
}
