import { raise } from '../../errors/catalogue.ts';
import type { Problem } from '../../language/source/problem.ts';
import { toProblem } from '../../language/source/to-problem.ts';
import type { DataPath, YamlSource } from '../../language/source/yaml-source.ts';
import { checkConstant } from './check-constant.ts';
import { checkNames } from './check-names.ts';
import { isDynamic } from './is-dynamic.ts';
import type { JsonSchema } from './json-schema.ts';

export interface ArgumentsCheck {
  /** The action's name, for messages. */
  readonly action: string;
  /** JSON Schema of the whole arguments object; names it does not list are unknown unless `additionalProperties` allows them. */
  readonly schema: JsonSchema;
  /** As written, still with `${{ }}`. Absent counts as `{}`. */
  readonly args: unknown;
  /** Accepted old names of arguments: old → new. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly source: YamlSource;
  /** Where `args` stands in `source`. */
  readonly path: DataPath;
}

/** The static check behind {@link RunnableAction.check} of every action whose arguments have a JSON Schema. */
export function checkArguments(check: ArgumentsCheck): Problem[] {
  const { action, schema, source, path, aliases = {} } = check;
  const args = check.args ?? {};
  if (isDynamic(args)) return [];
  if (typeof args !== 'object' || Array.isArray(args)) {
    const error = raise.ARGUMENT_TYPE({ action, name: 'args', problem: 'a mapping of names to values is needed' });
    return [toProblem(error, source.positionOf(path), { expected: 'a mapping' })];
  }
  const properties = schema.properties ?? {};
  const names = checkNames({
    action,
    args: args as Record<string, unknown>,
    known: Object.keys(properties),
    required: schema.required ?? [],
    aliases,
    closed: schema.additionalProperties === undefined || schema.additionalProperties === false,
    source,
    path,
  });
  const values = Object.entries(args).flatMap(([name, value]) => {
    const known = Object.hasOwn(aliases, name) && !Object.hasOwn(properties, name) ? aliases[name]! : name;
    const property = Object.hasOwn(properties, known) ? properties[known] : undefined;
    if (typeof property !== 'object') return [];
    return checkConstant(value, property, schema).map((found) => {
      const inside = found.path.length === 0 ? '' : ` at ${found.path.join('.')}`;
      const problem = `${found.found}${inside} does not fit`;
      const error = raise.ARGUMENT_TYPE({ action, name, problem });
      return toProblem(error, source.positionOf([...path, name, ...found.path]), { expected: found.expected });
    });
  });
  return [...names, ...values];
}
