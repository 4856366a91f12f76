import { newRecord } from '../values/is-record.ts';
import { type ExpectedFields, isRequired } from './coerce-fields.ts';
import { inputComponent } from './component.ts';
import type { InputType } from './input-type.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema 2020-12 of declared inputs. `x-component` names the form element of each. */
export function toJsonSchema(expects: ExpectedFields): JsonSchema {
  const properties = newRecord<JsonSchema>();
  for (const [name, field] of Object.entries(expects)) {
    properties[name] = {
      ...typeToJsonSchema(field.type),
      ...(field.description === undefined ? {} : { description: field.description }),
      ...(isRequired(field) ? {} : { default: field.default }),
      'x-component': inputComponent(field.type).kind,
    };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties,
    required: Object.keys(expects).filter((name) => isRequired(expects[name]!)),
    additionalProperties: false,
  };
}

/** The canonical form of a type; values that would be converted to it (`"7"` for an int) are not described. */
export function typeToJsonSchema(type: InputType): JsonSchema {
  switch (type.kind) {
    case 'int':
      return { type: 'integer' };
    case 'float':
      return { type: 'number' };
    case 'bool':
      return { type: 'boolean' };
    case 'str':
      return { type: 'string' };
    case 'datetime':
      return { type: 'string', format: 'date-time' };
    case 'duration':
      return { type: 'string', format: 'duration' };
    case 'none':
      return { type: 'null' };
    case 'any':
      return {};
    case 'enum':
      return { type: 'string', enum: type.values };
    case 'list':
      return { type: 'array', items: typeToJsonSchema(type.item) };
    case 'dict':
      return {
        type: 'object',
        ...(type.key.kind === 'enum' ? { propertyNames: { enum: type.key.values } } : {}),
        additionalProperties: typeToJsonSchema(type.value),
      };
    case 'union':
      return { anyOf: type.members.map(typeToJsonSchema) };
  }
}
