import type { ValueKind as Kind } from '../../../language/functions/function-types.ts';
import type { JsonSchema } from '../../../registry/arguments/json-schema.ts';
import { oneOf, type Shape, type StaticType } from './static-type.ts';

const MAX_DEPTH = 12;

const KINDS: Readonly<Record<string, Kind>> = {
  string: 'str',
  integer: 'int',
  boolean: 'bool',
  null: 'null',
  array: 'list',
  object: 'dict',
};

export interface SchemaReading {
  /** Values are converted before they are checked, as the inputs of templates are: `"7"` for an integer, and so on. */
  readonly isConverted?: boolean;
}

/** What a value that a JSON Schema describes may be. Keywords that say less than `type` are read over: the answer may be too wide, never too narrow. */
export function typeOfSchema(
  schema: JsonSchema | boolean | undefined,
  reading: SchemaReading = {},
  depth = 0,
): StaticType {
  if (typeof schema !== 'object' || depth > MAX_DEPTH) return 'unknown';
  if (schema.$ref !== undefined || schema.allOf !== undefined) return 'unknown';
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return oneOf(...alternatives.map((one) => typeOfSchema(one, reading, depth + 1)));
  const texts = schema.enum ?? (Object.hasOwn(schema, 'const') ? [schema.const] : undefined);
  if (texts?.every((value) => typeof value === 'string')) return [{ kind: 'str', values: texts as string[] }];
  if (schema.type === undefined) return 'unknown';
  const names = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return oneOf(...names.map((name) => ofName(name, schema, reading, depth)));
}

function ofName(name: string, schema: JsonSchema, reading: SchemaReading, depth: number): StaticType {
  if (reading.isConverted === true) {
    if (name === 'integer' || name === 'number' || name === 'boolean') return CONVERTIBLE;
    if ('format' in schema) return 'unknown';
  }
  if (name === 'number') return [{ kind: 'int' }, { kind: 'float' }];
  const kind = KINDS[name];
  if (kind === undefined) return 'unknown';
  if (kind === 'list') {
    return [{ kind, item: schema.prefixItems ? 'unknown' : typeOfSchema(schema.items, reading, depth + 1) }];
  }
  if (kind === 'dict') return [dictOf(schema, reading, depth)];
  return [{ kind } as Shape];
}

const CONVERTIBLE: StaticType = [{ kind: 'bool' }, { kind: 'int' }, { kind: 'float' }, { kind: 'str' }];

function dictOf(schema: JsonSchema, reading: SchemaReading, depth: number): Shape {
  const required = new Set(schema.required ?? []);
  const fields = new Map<string, StaticType>();
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const type = typeOfSchema(field, reading, depth + 1);
    fields.set(name, required.has(name) ? type : oneOf(type, [{ kind: 'null' }]));
  }
  if (schema.additionalProperties === false) return { kind: 'dict', fields };
  return { kind: 'dict', fields, others: typeOfSchema(schema.additionalProperties, reading, depth + 1) };
}
