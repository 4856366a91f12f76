import { expect, test } from 'vitest';
import { requireConditions } from './require-conditions.ts';

const run = async (given: Record<string, unknown>) => {
  const input = requireConditions.input.parse(given);
  return requireConditions.run({ input } as never);
};

test('conditions that all hold let the run go on', async () => {
  expect(await run({ conditions: true })).toBe(true);
  expect(await run({ conditions: [true, true] })).toBe(true);
  expect(await run({ conditions: [] })).toBe(true);
});

test('a condition that does not hold fails, and says which', async () => {
  await expect(run({ conditions: [true, false, false] })).rejects.toMatchObject({
    code: 'REQUIRE_NOT_MET',
    message: '2 of 3 conditions do not hold: number 2, 3.',
    facts: { retry: 'never', details: { failed: [1, 2] } },
  });
  await expect(run({ conditions: false })).rejects.toThrow('The condition does not hold.');
});

test('one condition is enough when not all are required', async () => {
  expect(await run({ conditions: [false, true], require_all: false })).toBe(true);
  await expect(run({ conditions: [false, false], require_all: false })).rejects.toThrow(
    'None of the 2 conditions holds.',
  );
  await expect(run({ conditions: [], require_all: false })).rejects.toThrow('None of the 0 conditions holds.');
});

test('without raise_error the result says whether they hold', async () => {
  expect(await run({ conditions: [true, false], raise_error: false })).toBe(false);
  expect(await run({ conditions: [true], raise_error: false })).toBe(true);
});

test('texts and numbers that mean true or false are read as such', async () => {
  expect(await run({ conditions: ['Yes', 1, 'true', true] })).toBe(true);
  expect(await run({ conditions: ['no', 0, 'False'], require_all: false, raise_error: false })).toBe(false);
});

test('anything else is refused: truthiness would hide mistakes', async () => {
  await expect(run({ conditions: 'maybe' })).rejects.toThrow();
  await expect(run({ conditions: [2] })).rejects.toThrow();
  await expect(run({ conditions: [null] })).rejects.toThrow();
});
