import { type BackplaneError, plainNumbers } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import { newRecord } from '../../language/values/is-record.ts';
import { toData } from '../../language/values/to-data.ts';
import type { JsonSchema } from '../../registry/arguments/json-schema.ts';
import type { AdoptedAction } from './action-shape.ts';
import { issueLine, type SchemaIssue, type StandardSchema, validate } from './standard-schema.ts';

/**
 * Evaluated arguments as the action's `input` has them: dates as ISO text, old names translated, unknown names refused, checked and
 * converted by the schema. Throws INPUT_INVALID with all problems.
 */
export async function readArguments(
  action: AdoptedAction,
  schema: JsonSchema,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const data = toData(args) as Readonly<Record<string, unknown>>;
  const plain = action.exactNumbers ? data : (plainNumbers(data) as Readonly<Record<string, unknown>>);
  const named = translateNames(plain, action.argumentAliases);
  const unknown = unknownNames(action.name, schema, named);
  const outcome = await validate(action.input as StandardSchema, unknown.length > 0 ? without(named, unknown) : named);
  if (outcome.ok && unknown.length === 0) return outcome.value;
  const issues = outcome.ok ? [] : outcome.issues;
  throw inputInvalid(action.name, issues, named, unknown);
}

/** INPUT_INVALID for what a schema found in these arguments. */
export function inputInvalid(
  action: string,
  issues: readonly SchemaIssue[],
  args: Readonly<Record<string, unknown>>,
  unknown: readonly SchemaIssue[] = [],
): BackplaneError {
  const problems = [
    ...unknown.map(({ path, message }) => ({ path, message })),
    ...issues.map((issue) => ({ path: issue.path, message: problemText(action, issue, args) })),
  ];
  return raise.INPUT_INVALID({ problems: problems.map(({ message }) => message) }, { details: { problems } });
}

/** Messages that speak of an absent value, whatever the library's words for it are. */
const ABSENT = /undefined|missing|required|^expected one of|^has none of the forms/i;

/** As the static check says it when the argument itself is not there. */
function problemText(action: string, issue: SchemaIssue, args: Readonly<Record<string, unknown>>): string {
  const [name] = issue.path;
  const isMissing = issue.path.length === 1 && !Object.hasOwn(args, name!) && ABSENT.test(issue.message);
  return isMissing ? raise.ARGUMENT_MISSING({ action, name: String(name) }).message : `${action}: ${issueLine(issue)}`;
}

interface UnknownName {
  readonly path: readonly [string];
  readonly message: string;
}

/** Old names become new ones unless the new one is given, too. */
function translateNames(
  args: Readonly<Record<string, unknown>>,
  aliases: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  if (!Object.keys(args).some((name) => Object.hasOwn(aliases, name))) return args;
  const translated = newRecord();
  for (const [name, value] of Object.entries(args)) {
    const current = Object.hasOwn(aliases, name) ? aliases[name]! : name;
    translated[current === name || Object.hasOwn(args, current) ? name : current] = value;
  }
  return translated;
}

function unknownNames(action: string, schema: JsonSchema, args: Readonly<Record<string, unknown>>): UnknownName[] {
  const { properties, additionalProperties } = schema;
  if (properties === undefined || (additionalProperties !== undefined && additionalProperties !== false)) return [];
  const known = Object.keys(properties);
  return Object.keys(args).flatMap((name) => {
    if (Object.hasOwn(properties, name)) return [];
    const error = raise.ARGUMENT_UNKNOWN({ action, name, known });
    const meant = nearest(name, known);
    return [
      {
        path: [name] as const,
        message: meant === undefined ? error.message : `${error.message} Did you mean \`${meant}\`?`,
      },
    ];
  });
}

function without(
  args: Readonly<Record<string, unknown>>,
  unknown: readonly UnknownName[],
): Readonly<Record<string, unknown>> {
  const names = new Set(unknown.map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(args).filter(([name]) => !names.has(name)));
}
