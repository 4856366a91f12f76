import { z } from 'zod';

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#*]+$/i;
const SUBDOMAINS = /^(https?):\/\/\*\.([a-z0-9.-]+(?::\d+)?)$/i;

/** Which pages may call. */
export const originsSchema = z
  .union([
    z.literal('*'),
    z
      .array(
        z
          .string()
          .refine(
            (text) => ORIGIN.test(text) || SUBDOMAINS.test(text),
            'expected https://app.example.com, or https://*.example.com',
          ),
      )
      .min(1),
  ])
  .describe('`*`, or a list: `https://app.example.com`, `https://*.example.com` for all of its subdomains.');

/** Further pages that may call. */
export const likeSchema = z
  .array(
    z.string().refine((source) => {
      try {
        new RegExp(source, 'u');
        return source !== '';
      } catch {
        return false;
      }
    }, 'no regular expression'),
  )
  .default([])
  .describe('Besides `origins`: regular expressions that a whole origin must fit, in lower case.');

/** Whether a page may call, by its Origin. Names of hosts and schemes are the same in any case. */
export function originTest(
  origins: z.output<typeof originsSchema>,
  like: readonly string[] = [],
): (origin: string) => boolean {
  if (origins === '*') return () => true;
  const exact = new Set(origins.filter((origin) => !origin.includes('*')).map((origin) => origin.toLowerCase()));
  const expressions = like.map((source) => new RegExp(`^(?:${source})$`, 'u'));
  const suffixes = origins.flatMap((origin) => {
    const [, scheme, domain] = SUBDOMAINS.exec(origin.toLowerCase()) ?? [];
    return domain === undefined ? [] : [{ scheme: `${scheme}://`, domain: `.${domain}` }];
  });
  return (given) => {
    const origin = given.toLowerCase();
    if (exact.has(origin)) return true;
    if (expressions.some((expression) => expression.test(origin))) return true;
    return suffixes.some(
      ({ scheme, domain }) =>
        origin.startsWith(scheme) &&
        origin.endsWith(domain) &&
        /^[a-z0-9.-]+$/.test(origin.slice(scheme.length, -domain.length)),
    );
  };
}
