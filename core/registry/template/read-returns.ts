import type { YamlSource } from '../../language/source/yaml-source.ts';
import { isConstant } from '../arguments/is-dynamic.ts';
import { isMapping } from './read-fields.ts';

const JSON_TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
/** What types are called in `expects`, as JSON Schema calls them. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  dict: 'object',
  list: 'array',
  None: 'null',
};
const SCHEMA_KEYS = ['type', 'description', 'title', 'properties', 'items', 'required', 'enum', 'example'];

export interface Returns {
  /** Undefined when the file says nothing: the result of the last step. */
  readonly expression: unknown;
  readonly schema?: Readonly<Record<string, unknown>>;
}

/**
 * `returns` is an expression (text, list or mapping), a block that only describes the result (`type`, `description`), or one
 * of each: YAML forbids the same key twice, but templates are written that way, and the two cannot be confused.
 */
export function readReturns(source: YamlSource, last: unknown): Returns {
  const all = [last, ...hiddenReturns(source).map((hidden) => hidden.value)];
  const schema = all.find(isSchemaBlock);
  const expression = all.find((value) => value !== undefined && value !== null && !isSchemaBlock(value));
  return schema === undefined ? { expression } : { expression, schema: toJsonSchema(schema) };
}

/** Earlier `returns` keys that a later one replaces lawfully: one describes and the other computes. */
export function hiddenReturns(source: YamlSource): YamlSource['duplicates'] {
  const hidden = source.duplicates.filter(({ path }) => path.length === 2 && path.join('.') === 'definition.returns');
  if (hidden.length !== 1 || !isMapping(source.value)) return [];
  const definition = source.value['definition'];
  const last = isMapping(definition) ? definition['returns'] : undefined;
  return isSchemaBlock(hidden[0]!.value) !== isSchemaBlock(last) ? hidden : [];
}

function isSchemaBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isMapping(value) || !isConstant(value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || Object.keys(value).some((key) => !SCHEMA_KEYS.includes(key))) return false;
  return JSON_TYPES.includes(type) || Object.hasOwn(TYPE_NAMES, baseName(type)) || type.toLowerCase() === 'any';
}

function toJsonSchema(block: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { type, ...rest } = block;
  const name = baseName(String(type));
  const known = JSON_TYPES.includes(name) ? name : Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined;
  return known === undefined ? { ...rest } : { type: known, ...rest };
}

const baseName = (type: string) => type.replace(/\[.*$/s, '').trim();
