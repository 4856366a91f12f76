import { expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { circleOf, missingRequirement, type Requiring } from './requirements.ts';

function plugins(given: Readonly<Record<string, Readonly<Record<string, string>>>>): Map<string, Requiring> {
  return new Map(Object.entries(given).map(([id, requires]) => [id, { id, version: '1.2.0', requires }]));
}

test('a circle is told with its whole path, and whoever only leads into it is not part of it', () => {
  const all = plugins({ a: { b: '^1' }, b: { c: '^1' }, c: { a: '^1' }, outside: { a: '^1' } });
  expect(circleOf('a', all)).toEqual(['a', 'b', 'c', 'a']);
  expect(circleOf('outside', all)).toBeUndefined();
  expect(raise.PLUGIN_REQUIRES_CYCLE({ path: circleOf('b', all)! }).message).toContain('b → c → a → b');
});

test('a long ladder of requirements is searched once', () => {
  const ladder: Record<string, Record<string, string>> = {};
  for (let rung = 0; rung < 60; rung += 1)
    for (const side of ['l', 'r']) ladder[`${side}${rung}`] = { [`l${rung + 1}`]: '*', [`r${rung + 1}`]: '*' };
  expect(circleOf('l0', plugins(ladder))).toBeUndefined();
});

test.each([
  [{ needs: { gone: '^1' } }, /which is not here/],
  [{ needs: { old: '^2' } }, /version \^2, but 1\.2\.0 is here/],
  [{ needs: { down: '^1' } }, /which is not active/],
])('what is missing is named: %j', ({ needs }, text) => {
  const all = plugins({ acme: needs as unknown as Record<string, string>, old: {}, down: {} });
  const error = missingRequirement(all.get('acme')!, all, (id) => id !== 'down');
  expect(error).toMatchObject({ code: 'PLUGIN_REQUIRES_MISSING', message: expect.stringMatching(text) });
});

test('nothing is missing when everything required is up', () => {
  const all = plugins({ acme: { base: '^1.1' }, base: {} });
  expect(missingRequirement(all.get('acme')!, all, () => true)).toBeUndefined();
});
