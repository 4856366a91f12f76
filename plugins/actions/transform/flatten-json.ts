import { defineAction, Float } from '@backplane/sdk';
import { z } from 'zod';
import { jsonMap } from './arguments.ts';
import { raise } from './errors.ts';
import { jsonArgument } from './json-argument.ts';

const MAX_DEPTH = 100;

export const flattenJson = defineAction({
  name: 'core.transform.flatten_json',
  title: 'Flatten JSON',
  summary:
    'Gives a map of one level whose keys are paths, such as `a.b[0]`. Empty maps and lists have no path and vanish.',
  group: 'Data transform',
  input: z.strictObject({ json: jsonMap }),
  output: z.record(z.string(), z.unknown()),
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  examples: [{ name: 'nested', input: { json: { a: { b: [1] } } }, output: { 'a.b[0]': 1 } }],
  run({ input }) {
    const flat: Record<string, unknown> = Object.create(null);
    flattenInto(flat, jsonArgument(input.json), '', 0);
    return flat;
  },
});

function flattenInto(flat: Record<string, unknown>, value: unknown, path: string, depth: number): void {
  if (typeof value !== 'object' || value === null || Float.is(value)) {
    flat[path] = value;
    return;
  }
  if (depth > MAX_DEPTH) throw raise.TRANSFORM_TOO_DEEP({ limit: MAX_DEPTH });
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) flattenInto(flat, item, `${path}[${index}]`, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value))
    flattenInto(flat, item, path === '' ? key : `${path}.${key}`, depth + 1);
}
