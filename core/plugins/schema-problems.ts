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
    if (issue.code === 'invalid_union') return unionProblems(issue, schema, source, base);
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

/** Of the forms that a value may have, the one that it was most likely meant to be: whose problems lie deepest, and are fewest. */
function unionProblems(
  { path, errors, message }: z.core.$ZodIssueInvalidUnion,
  schema: z.ZodType,
  source: YamlSource,
  base: DataPath,
): string[] {
  const isOfOtherForm = (branch: readonly z.core.$ZodIssue[]) =>
    branch.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type');
  const [meant] = errors.filter((branch) => !isOfOtherForm(branch)).toSorted((a, b) => a.length - b.length);
  if (meant === undefined) {
    const inner = path as DataPath;
    return [line(source, [...base, ...inner], inner, plainSchemaMessage(message))];
  }
  const issues = meant.map((issue) => ({ ...issue, path: [...path, ...issue.path] }) as z.core.$ZodIssue);
  return schemaProblems(issues, schema, source, base);
}

function line(source: YamlSource, path: DataPath, shown: DataPath, problem: string, atKey = false): string {
  const position = atKey ? source.keyPositionOf(path) : source.positionOf(path);
  return `${source.file}:${position.line}:${position.column}: ${shown.length === 0 ? '' : `${shown.join('.')}: `}${problem}`;
}

/** The keys that the object at this place may have. */
function keysAt(schema: z.ZodType, path: DataPath): string[] {
  let here = forms(schema);
  for (const key of path) {
    here = here.flatMap(({ shape, _zod }) => forms(shape?.[key] ?? _zod?.def?.valueType ?? _zod?.def?.element));
  }
  return here.flatMap(({ shape }) => Object.keys(shape ?? {}));
}

/** What stands behind `optional`, `default`, transformations and alternatives. */
function forms(schema: any): any[] {
  const def = schema?._zod?.def;
  if (def === undefined) return [];
  if (def.type === 'union') return def.options.flatMap(forms);
  const inner = def.innerType ?? def.in;
  return inner === undefined ? [schema] : forms(inner);
}
