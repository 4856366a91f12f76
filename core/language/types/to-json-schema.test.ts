import { expect, test } from 'vitest';
import { inputComponent } from './component.ts';
import { parseType } from './parse-type.ts';
import { toJsonSchema, typeToJsonSchema } from './to-json-schema.ts';

test('declared inputs become a closed object with defaults and form elements', () => {
  expect(
    toJsonSchema({
      host: { type: parseType('str'), description: 'Where' },
      ports: { type: parseType('list[int] | None'), default: null },
    }),
  ).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      host: { type: 'string', description: 'Where', 'x-component': 'text' },
      ports: {
        anyOf: [{ type: 'array', items: { type: 'integer' } }, { type: 'null' }],
        default: null,
        'x-component': 'yaml',
      },
    },
    required: ['host'],
    additionalProperties: false,
  });
});

test.each([
  ['float', { type: 'number' }],
  ['bool', { type: 'boolean' }],
  ['datetime', { type: 'string', format: 'date-time' }],
  ['duration', { type: 'string', format: 'duration' }],
  ['any', {}],
  ['enum["a"]', { type: 'string', enum: ['a'] }],
  ['dict', { type: 'object', additionalProperties: {} }],
  [
    'dict[enum["a"], int]',
    { type: 'object', propertyNames: { enum: ['a'] }, additionalProperties: { type: 'integer' } },
  ],
])('%s has its JSON Schema', (type, schema) => {
  expect(typeToJsonSchema(parseType(type))).toEqual(schema);
});

test.each([
  ['int', 'integer'],
  ['float | None', 'float'],
  ['bool', 'toggle'],
  ['str | None', 'text'],
  ['list[str] | None', 'tag-input'],
  ['str | list[str]', 'tag-input'],
  ['list[int]', 'yaml'],
  ['int | list[str]', 'yaml'],
  ['dict', 'yaml'],
  ['any', 'yaml'],
  ['datetime', 'yaml'],
])('%s is asked for with %s', (type, kind) => {
  expect(inputComponent(parseType(type))).toEqual({ kind });
});

test('an enum is chosen from its values', () => {
  expect(inputComponent(parseType('enum["a", "b"] | None'))).toEqual({ kind: 'select', options: ['a', 'b'] });
});
