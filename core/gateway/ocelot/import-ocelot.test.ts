import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importOcelot } from './import-ocelot.ts';
import {
  AGGREGATE_SHAPE,
  DYNAMIC_ROUTE_SHAPE,
  GLOBAL_SHAPE,
  type Kind,
  ROUTE_SHAPE,
  type Shape,
} from './schema/shape.ts';

/** Texts that mean something somewhere. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '/a/{b}',
    '/{a}/{b}?c={d}',
    '/((',
    '{header:x}(',
    '1m',
    '1,1',
    'RoundRobin',
    'Consul',
    'a,b,c',
    '{BaseUrl}',
    'https',
  ),
);
const anything = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text),
  fc.dictionary(text, text),
);

function valuesOf(kind: Kind): fc.Arbitrary<unknown> {
  if (typeof kind === 'object')
    return 'list' in kind ? fc.array(objectOf(kind.list), { maxLength: 2 }) : objectOf(kind.map);
  switch (kind) {
    case 'text':
      return text;
    case 'integer':
      return fc.integer({ min: -2, max: 100_000 });
    case 'number':
      return fc.double();
    case 'flag':
      return fc.boolean();
    case 'texts':
      return fc.array(text, { maxLength: 3 });
    case 'pairs':
      return fc.dictionary(text, text, { maxKeys: 3 });
  }
}

function objectOf(shape: Shape): fc.Arbitrary<unknown> {
  const properties = Object.entries(shape).map(([name, { kind }]) => [
    name,
    fc.oneof({ weight: 9, arbitrary: valuesOf(kind) }, { weight: 1, arbitrary: anything }),
  ]);
  return fc.record(Object.fromEntries(properties), { requiredKeys: [] });
}

const file = fc.record(
  {
    Routes: fc.array(objectOf(ROUTE_SHAPE), { maxLength: 3 }),
    DynamicRoutes: fc.array(objectOf(DYNAMIC_ROUTE_SHAPE), { maxLength: 2 }),
    Aggregates: fc.array(objectOf(AGGREGATE_SHAPE), { maxLength: 2 }),
    GlobalConfiguration: objectOf(GLOBAL_SHAPE),
  },
  { requiredKeys: [] },
);

test('whatever a file says, it is imported or refused with findings, never with a throw', () => {
  fc.assert(
    fc.property(file, fc.constantFrom('ocelot', 'ocelot-24.0', undefined), (content, compat) => {
      const { model, findings } = importOcelot([{ name: 'ocelot.json', text: JSON.stringify(content) }], {
        ...(compat && { compat }),
      });
      for (const finding of findings) {
        expect(finding.message.length).toBeGreaterThan(10);
        expect(finding.place.line).toBeGreaterThan(0);
      }
      const ids = model.routes.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 200 },
  );
});

test('any text at all is read or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
      importOcelot([{ name: 'ocelot.json', text: content }]);
    }),
    { numRuns: 200 },
  );
});
