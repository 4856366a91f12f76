import type { z } from 'zod';
import { nearest } from '../language/source/did-you-mean.ts';
import { plainSchemaMessage } from '../language/source/plain-schema-message.ts';
import type { DataPath, YamlSource } from '../language/source/yaml-source.ts';

/** What a zod schema finds in a file, as lines `file:line:column: key: problem`, with "did you mean" for unknown keys. */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  source: YamlSource,
  base: DataPath = [],
): string[] {
  return issues.flatMap((issue) => {
    const inner = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (issue.code === 'invalid_key')
      return [
        line(source, [...base, ...inner], inner, plainSchemaMessage(issue.issues[0]?.message ?? issue.message), true),
      ];
    if (issue.code !== 'unrecognized_keys')
      return [line(source, [...base, ...inner], inner, plainSchemaMessage(issue.message))];
    const known = keysAt(schema, inner);
    return issue.keys.map((key) => {
      const suggestion = nearest(key, known);
      const meant = suggestion === undefined ? `known are ${known.join(', ')}` : `did you mean \`${suggestion}\`?`;
      return line(source, [...base, ...inner, key], [...inner, key], `unknown key, ${meant}`, true);
    });
  });
}

function line(source: YamlSource, path: DataPath, shown: DataPath, problem: string, atKey = false): string {
  const position = atKey ? source.keyPositionOf(path) : source.positionOf(path);
  return `${source.file}:${position.line}:${position.column}: ${shown.length === 0 ? '' : `${shown.join('.')}: `}${problem}`;
}

/** The keys that the object at this place may have. */
function keysAt(schema: z.ZodType, path: DataPath): string[] {
  let here: any = unwrap(schema);
  for (const key of path) here = unwrap(here?.shape?.[key] ?? here?._zod?.def?.valueType ?? here?._zod?.def?.element);
  return Object.keys(here?.shape ?? {});
}

/** What stands behind `optional`, `default` and their like. */
function unwrap(schema: any): any {
  let here = schema;
  while (here?._zod?.def?.innerType !== undefined) here = here._zod.def.innerType;
  return here;
}
