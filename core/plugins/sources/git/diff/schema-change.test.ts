import { expect, test } from 'vitest';
import { schemaChange } from './schema-change.ts';

const object = (properties: object, required: string[] = [], more: object = {}) => ({
  type: 'object',
  properties,
  required,
  ...more,
});
const text = { type: 'string' };

test.each([
  ['nothing', object({ a: text }), object({ a: text }), 'same'],
  [
    'only what people read',
    object({ a: { ...text, description: 'x' } }),
    object({ a: { ...text, description: 'y' } }),
    'same',
  ],
  ['a new optional member', object({ a: text }), object({ a: text, b: text }), 'additive'],
  ['a new required member', object({ a: text }), object({ a: text, b: text }, ['b']), 'breaking'],
  ['a member that was needed and no longer is', object({ a: text }, ['a']), object({ a: text }), 'additive'],
  ['a member that is gone', object({ a: text }), object({}), 'breaking'],
  ['integer to number', { type: 'integer' }, { type: 'number' }, 'additive'],
  ['number to integer', { type: 'number' }, { type: 'integer' }, 'breaking'],
  ['one more value', { enum: ['a'] }, { enum: ['a', 'b'] }, 'additive'],
  ['one value less', { enum: ['a', 'b'] }, { enum: ['a'] }, 'breaking'],
  ['a longer text', { ...text, maxLength: 5 }, { ...text, maxLength: 9 }, 'additive'],
  ['a shorter text', { ...text, maxLength: 9 }, { ...text, maxLength: 5 }, 'breaking'],
  ['one more alternative', { anyOf: [text] }, { anyOf: [text, { type: 'null' }] }, 'additive'],
  ['one alternative less', { anyOf: [text, { type: 'null' }] }, { anyOf: [text] }, 'breaking'],
  ['members of lists', { type: 'array', items: text }, { type: 'array', items: { type: 'number' } }, 'breaking'],
  ['a keyword that is not understood', text, { ...text, pattern: '^a' }, 'breaking'],
  ['no other members', object({ a: text }), object({ a: text }, [], { additionalProperties: false }), 'breaking'],
  ['the same behind a reference', { $defs: { t: text }, $ref: '#/$defs/t' }, text, 'additive'],
])('input: %s', (_name, from, to, change) => {
  expect(schemaChange({ input: from }, { input: to }).change).toBe(change);
});

test.each([
  ['one more member', object({ a: text }), object({ a: text, b: text }), 'additive'],
  ['a member that is gone', object({ a: text, b: text }), object({ a: text }), 'breaking'],
  ['no longer always there', object({ a: text }, ['a']), object({ a: text }), 'breaking'],
  ['one more value', { enum: ['a'] }, { enum: ['a', 'b'] }, 'breaking'],
  ['one value less', { enum: ['a', 'b'] }, { enum: ['a'] }, 'additive'],
  ['no promise any more', text, undefined, 'breaking'],
  ['a first promise', undefined, text, 'additive'],
])('output: %s', (_name, from, to, change) => {
  expect(schemaChange({ output: from }, { output: to }).change).toBe(change);
});

test('each reason names its place', () => {
  const from = object({ to: object({ name: text }) });
  const to = object({ to: object({ name: { type: 'number' }, mail: text }, ['mail']) });
  expect(schemaChange({ input: from }, { input: to }).notes).toEqual([
    'input.to.mail: is required',
    'input.to.name: string became number',
  ]);
});

test('schemas that lead in circles end', () => {
  const circle = (leaf: object) => ({
    $defs: { node: object({ next: { $ref: '#/$defs/node' }, leaf }) },
    $ref: '#/$defs/node',
  });
  expect(schemaChange({ input: circle(text) }, { input: circle({ type: 'number' }) }).change).toBe('breaking');
  expect(schemaChange({ input: circle(text) }, { input: circle(text) }).change).toBe('same');
});
