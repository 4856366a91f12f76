import { Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { silent } from '../core/network/local-server.fixture.ts';
import { expressionsPort } from '../core/plugins/ports/expressions-port.ts';
import plugin from '../plugins/actions/transform/index.ts';

/** Runs a transform with the host's real expression language. */
async function run(name: string, given: object): Promise<unknown> {
  const action: any = plugin.contributes.find((one) => one.name === `core.transform.${name}`);
  const input = await action.input['~standard'].validate(given);
  if (input.issues !== undefined) throw new Error(JSON.stringify(input.issues));
  return await action.run({ input: input.value, log: silent, progress() {}, expressions: expressionsPort });
}

const people = [
  { name: 'Ada', age: 36, tags: ['x'] },
  { name: 'Bob', age: 17, tags: [] },
];

test('lambdas in Python and expressions over x do the same', async () => {
  expect(await run('filter', { items: people, python_lambda: "lambda p: p['age'] >= 18 and p['tags']" })).toEqual([
    people[0],
  ]);
  expect(await run('filter', { items: people, python_lambda: 'x.age >= 18' })).toEqual([people[0]]);
  expect(
    await run('map', { items: people, python_lambda: "lambda p: {'n': p['name'].upper(), 'half': p['age'] / 2}" }),
  ).toEqual([
    { n: 'ADA', half: new Float(18) },
    { n: 'BOB', half: 8.5 },
  ]);
  expect(
    await run('apply', { value: people, python_lambda: "lambda ps: [p['name'] for p in ps if p['age'] < 18]" }),
  ).toEqual(['Bob']);
});

test('membership by a part of the item', async () => {
  const collection = ['Ada'];
  expect(await run('is_in', { items: people, collection, python_lambda: "lambda p: p.get('name')" })).toEqual([
    people[0],
  ]);
  expect(await run('not_in', { items: people, collection, python_lambda: "lambda p: p.get('name')" })).toEqual([
    people[1],
  ]);
});

test('paths find a value, a list or nothing', async () => {
  const json = { people, total: new Float(2) };
  expect(
    await run('eval_jsonpaths', { json, jsonpaths: ['$.total', '$.people[*].name', '$.people[0].age', '$.none'] }),
  ).toEqual({
    '$.total': new Float(2),
    '$.people[*].name': ['Ada', 'Bob'],
    '$.people[0].age': 36,
    '$.none': null,
  });
});

test('duplicates by a path that is more than members', async () => {
  const items = [{ tags: ['a', 1] }, { tags: ['a', 2] }, { tags: ['b'] }];
  expect(await run('deduplicate', { items, keys: ['tags[0]'], persist: false })).toEqual([
    { tags: ['a', 2] },
    { tags: ['b'] },
  ]);
});

test('a lambda that fails says so with a code', async () => {
  await expect(run('map', { items: [1], python_lambda: 'lambda x: x.upper()' })).rejects.toMatchObject({
    code: expect.stringMatching(/^[A-Z_]+$/),
  });
  await expect(run('filter', { items: [1], python_lambda: 'lambda x: __import__("os")' })).rejects.toMatchObject({
    code: expect.any(String),
  });
});
