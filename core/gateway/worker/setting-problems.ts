import { nearest } from '../../language/source/did-you-mean.ts';
import { jsonSchemaOf, type SchemaIssue, type StandardSchema } from '../../plugins/actions/standard-schema.ts';
import type { SettingProblem } from '../chain/refused-settings.ts';

interface Ways {
  readonly properties?: object;
  readonly anyOf?: readonly Ways[];
  readonly oneOf?: readonly Ways[];
  readonly allOf?: readonly Ways[];
}

/** What a schema says about the settings of a policy, each with the setting itself: also for keys that it does not know, and for those that are absent. */
export function settingProblems(
  schema: StandardSchema,
  settings: unknown,
  issues: readonly SchemaIssue[],
): readonly SettingProblem[] {
  return issues.flatMap(({ path, message }) => {
    const unknown = /^Unrecognized keys?: (.+)$/.exec(message)?.[1];
    if (unknown !== undefined) {
      const known = path.length === 0 ? keysOf(schema) : [];
      return [...unknown.matchAll(/"([^"]*)"/g)].map(([, key]) => ({
        path: [...path, key!],
        message: `there is no such setting${hint(nearest(key!, known))}`,
      }));
    }
    return [{ path, message: isAbsent(settings, path) ? 'is missing' : message }];
  });
}

function hint(near: string | undefined): string {
  return near === undefined ? '' : `, did you mean ${near}?`;
}

function keysOf(schema: StandardSchema): readonly string[] {
  const ways: Ways[] = [jsonSchemaOf(schema, 'input') as Ways];
  // More are found while these are gone through.
  for (const { anyOf = [], oneOf = [], allOf = [] } of ways) ways.push(...anyOf, ...oneOf, ...allOf);
  return ways.flatMap(({ properties = {} }) => Object.keys(properties));
}

function isAbsent(settings: unknown, path: readonly (string | number)[]): boolean {
  if (path.length === 0) return false;
  const found = path.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    settings,
  );
  return found === undefined;
}
