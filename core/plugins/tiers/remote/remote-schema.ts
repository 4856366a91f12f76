import { z } from 'zod';
import { checkConstant } from '../../../registry/arguments/check-constant.ts';
import type { JsonSchema } from '../../../registry/arguments/json-schema.ts';
import type { SchemaIssue } from '../../actions/standard-schema.ts';
import { rememberRaw } from './checked-values.ts';

/** What a schema on the plugin's side looks like, in both directions. */
export interface SchemaClaim {
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}

type Outcome =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly { readonly path: readonly (string | number)[]; readonly message: string }[] };

function schemaOf({ input, output }: SchemaClaim, validate: (value: unknown) => Outcome | Promise<Outcome>): object {
  return {
    '~standard': {
      version: 1,
      vendor: 'backplane',
      validate,
      jsonSchema: { input: () => input, output: () => output },
    },
  };
}

/** One that takes everything: the plugin's side converts and checks, and says so when it is called. */
export function anySchema(json: JsonSchema): object {
  return schemaOf({ input: json, output: json }, (value) => ({ value }));
}

/** One that compares with the JSON Schema that was promised: what was converted over there is not converted here again. */
export function promisedSchema(json: JsonSchema): object {
  return schemaOf({ input: json, output: json }, (value) => {
    const issues = issuesOf(value, json);
    return issues.length === 0 ? { value } : { issues };
  });
}

function issuesOf(value: unknown, json: JsonSchema): SchemaIssue[] {
  return checkConstant(value, json).map(({ path, found, expected }) => ({
    path,
    message: `${found} does not fit, expected ${expected}`,
  }));
}

const checkAnswer = z.object({
  issues: z
    .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
    .min(1)
    .optional(),
  value: z.unknown().optional(),
});

/**
 * One that asks the plugin's side. Of what is `given` to the plugin, the value stays as it is, for it is converted there; of what is
 * `made`, the host goes on with what came out, as data.
 */
export function askedSchema(
  claim: SchemaClaim,
  role: 'given' | 'made',
  check: (value: unknown) => Promise<unknown>,
): object {
  return schemaOf(claim, async (value) => {
    const answer = checkAnswer.parse(await check(value));
    if (answer.issues !== undefined) return { issues: answer.issues };
    if (role === 'given') return { value };
    rememberRaw(answer.value, value);
    return { value: answer.value };
  });
}
