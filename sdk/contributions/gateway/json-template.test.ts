import { expect, test } from 'vitest';
import type { Exchange } from './exchange.ts';
import { jsonTemplate } from './json-template.ts';

const exchange = { id: 'c-1', request: { query: () => undefined } } as unknown as Exchange;
const fill = (shape: unknown, body: unknown = { a: [{ b: 1 }] }) => jsonTemplate(shape)(exchange, body);

test('the body and parts of it stand as they are', () => {
  expect(fill({ all: '{body}', one: ['{body.a.0.b}'], list: '{body.a}' })).toEqual({
    all: { a: [{ b: 1 }] },
    one: [1],
    list: [{ b: 1 }],
  });
});

test('values of the request are texts, other JSON stays', () => {
  expect(fill({ id: '<{correlationId}>', n: 1, no: null, yes: true })).toEqual({
    id: '<c-1>',
    n: 1,
    no: null,
    yes: true,
  });
});

test('what is absent is null', () => {
  expect(fill(['{body.none.at.all}', '{body.a.length}', '{query.none}'])).toEqual([null, null, null]);
});

test('names of fields are names, whatever they are', () => {
  const shape = JSON.parse('{"__proto__": {"x": "{correlationId}"}}');
  expect(JSON.stringify(fill(shape))).toBe('{"__proto__":{"x":"c-1"}}');
});
