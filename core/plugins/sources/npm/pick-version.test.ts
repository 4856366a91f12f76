import { expect, test } from 'vitest';
import { packumentSchema } from './packument.ts';
import { pickVersion } from './pick-version.ts';

const DAY = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-01-31T00:00:00Z');
const daysAgo = (days: number) => new Date(now - days * DAY).toISOString();

const packument = packumentSchema.parse({
  'dist-tags': { latest: '1.4.2', next: '2.0.0-rc.1' },
  versions: {
    '0.9.0': {},
    '1.3.0': {},
    '1.4.1': { deprecated: 'has a hole' },
    '1.4.2': {},
    '1.5.0': {},
    '1.5.1': { deprecated: true },
    '2.0.0-rc.1': {},
    'not-a-version': {},
  },
  time: {
    '0.9.0': daysAgo(90),
    '1.3.0': daysAgo(60),
    '1.4.1': daysAgo(30),
    '1.4.2': daysAgo(10),
    '1.5.0': daysAgo(1),
    '1.5.1': 'nonsense',
    '2.0.0-rc.1': daysAgo(1),
  },
});
const pick = (range: string, days = 0) =>
  pickVersion(packument, { name: 'tickets', range }, { ageMs: days * DAY, now });

test.each([
  ['latest', 0, '1.4.2'],
  ['^1', 0, '1.4.2'],
  ['^1.5', 0, '1.5.0'],
  ['>=1.4.1 <1.4.2', 0, '1.4.1'],
  ['=1.5.1', 0, '1.5.1'],
  ['<1', 0, '0.9.0'],
  ['next', 0, '2.0.0-rc.1'],
  ['^2.0.0-rc.0', 0, '2.0.0-rc.1'],
  ['latest', 3, '1.4.2'],
  ['latest', 20, '1.3.0'],
  ['next', 3, '1.4.2'],
  ['^1', 20, '1.3.0'],
  ['1.4.1 || 1.5.0', 20, '1.4.1'],
])('%s, %i days old: %s', (range, days, version) => {
  expect(pick(range, days).version).toBe(version);
});

test('a deprecated version, and a newer one that is too young, are told', () => {
  expect(pick('1.4.1 || 1.5.0', 20).notes).toEqual([
    'tickets@1.4.1 is deprecated: has a hole',
    'tickets@1.5.0 is too young to be taken',
  ]);
});

test('what does not fit tells what there is, and which tag may be meant', () => {
  expect(() => pick('^3')).toThrow(expect.objectContaining({ code: 'PLUGIN_VERSION_NOT_FOUND' }));
  expect(() => pick('latst')).toThrow(/Did you mean `latest`/);
  expect(() => pick('^2')).toThrow(/1\.5\.1/);
});

test('all that fits being too young tells since when it is there', () => {
  expect(() => pick('^1.5', 3)).toThrow(/tickets@1\.5\.1` is not taken: the registry does not say when/);
  expect(() => pick('=1.5.0', 3)).toThrow(/published at 2026-01-30T00:00:00\.000Z; versions must be 3 days old/);
});
