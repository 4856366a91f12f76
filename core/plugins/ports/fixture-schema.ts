import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { plainSchemaMessage } from '../../language/source/plain-schema-message.ts';

const answer = z.strictObject({
  status: z.int().min(100).max(599).default(200),
  headers: z.record(z.string(), z.string()).default({}),
  data: z.unknown().optional(),
});

const match = z.strictObject({
  method: z.string().optional(),
  /** A prefix; a pattern with `*`; or a regular expression between slashes. */
  url: z.string().optional(),
  query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).optional(),
  /** An object: each member must be there, equal, in the JSON or form body. A string: must occur in it. */
  body: z.unknown().optional(),
});

const entries = z.array(z.strictObject({ match: match.default({}), answer }));

export type FixtureAnswer = z.output<typeof answer>;
export type FixtureMatch = z.output<typeof match>;
export type FixtureEntry = { readonly match: FixtureMatch; readonly answer: FixtureAnswer };

/** Throws HTTP_PORT_FIXTURE_INVALID naming the first thing that is wrong. */
export function parseFixture(given: unknown): readonly FixtureEntry[] {
  const list = Array.isArray(given) ? given : [{ answer: given }];
  const parsed = entries.safeParse(list);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.length === 0 ? 'the fixture' : issue.path.join('.');
  throw raise.HTTP_PORT_FIXTURE_INVALID({ problem: `${place}: ${plainSchemaMessage(issue.message)}` });
}
