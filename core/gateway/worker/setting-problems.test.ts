import { expect, test } from 'vitest';
import { z } from 'zod';
import { validate } from '../../plugins/actions/standard-schema.ts';
import { settingProblems } from './setting-problems.ts';

const schema = z.strictObject({
  limit: z.number(),
  period: z.union([z.string(), z.number()]),
  tiers: z.array(z.strictObject({ name: z.string() })).default([]),
});

async function problems(settings: unknown): Promise<readonly unknown[]> {
  const checked = await validate(schema, settings);
  return checked.ok ? [] : settingProblems(schema, settings, checked.issues);
}

test('a setting that is absent is missing, and one that does not exist is told with the one that was meant', async () => {
  expect(await problems({ limit: 'x', perod: '1s' })).toEqual([
    { path: ['limit'], message: 'expected a number, not text' },
    { path: ['period'], message: 'is missing' },
    { path: ['perod'], message: 'there is no such setting, did you mean period?' },
  ]);
});

test('inside of a setting, too', async () => {
  expect(await problems({ limit: 1, period: 1, tiers: [{ name: 'a' }, { nam: 'b' }] })).toEqual([
    { path: ['tiers', 1, 'name'], message: 'is missing' },
    { path: ['tiers', 1, 'nam'], message: 'there is no such setting' },
  ]);
});

test('settings that are none at all', async () => {
  expect(await problems('fast')).toEqual([{ path: [], message: 'expected a map, not text' }]);
});
