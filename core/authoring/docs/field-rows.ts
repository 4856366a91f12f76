import type { JsonSchema } from '../../registry/arguments/json-schema.ts';

/** One field of a schema, for a table. */
export interface FieldRow {
  /** `address.city`; `items[].name` inside lists. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  /** As JSON. */
  readonly fallback?: string;
  readonly description: string;
}

type Loose = Readonly<Record<string, any>>;

/** Every field of an object's schema, outer ones before inner ones, four levels deep. */
export function fieldRows(schema: JsonSchema): FieldRow[] {
  return rowsBelow(schema as Loose, '', 4);
}

function rowsBelow(schema: Loose, prefix: string, levels: number): FieldRow[] {
  const required: readonly string[] = schema['required'] ?? [];
  return Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Loose>>).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const row: FieldRow = {
      path,
      type: typeOf(field),
      required: required.includes(name) && field['default'] === undefined,
      ...(field['default'] === undefined ? {} : { fallback: JSON.stringify(field['default']) }),
      description: String(field['description'] ?? ''),
    };
    if (levels <= 1) return [row];
    const items: Loose | undefined = field['items'];
    return [
      row,
      ...rowsBelow(field, `${path}.`, levels - 1),
      ...(items === undefined ? [] : rowsBelow(items, `${path}[].`, levels - 1)),
    ];
  });
}

function typeOf(schema: Loose): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((choice) => JSON.stringify(choice)).join(' or ');
  const either: readonly Loose[] | undefined = schema['anyOf'] ?? schema['oneOf'];
  if (either !== undefined) return either.map(typeOf).join(' or ');
  if (schema['type'] === 'array') return `list of ${typeOf(schema['items'] ?? {})}`;
  const type = Array.isArray(schema['type']) ? schema['type'].join(' or ') : (schema['type'] ?? 'any');
  return schema['format'] === undefined ? type : `${type} (${schema['format']})`;
}
