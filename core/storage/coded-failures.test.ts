import { expect, test } from 'vitest';
import { withCodedFailures } from './coded-failures.ts';

const failing = (error: unknown) => withCodedFailures({ read: async () => Promise.reject(error) });

test.each([
  ['STORAGE_UNAVAILABLE', { code: '57P01', message: 'terminating connection due to administrator command' }],
  ['STORAGE_UNAVAILABLE', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }],
  ['STORAGE_UNAVAILABLE', { message: 'Connection terminated unexpectedly' }],
  ['STORAGE_UNAVAILABLE', { message: 'timeout exceeded when trying to connect' }],
  ['STORAGE_WRITE_REFUSED', { code: '53100', message: 'could not extend file: No space left on device' }],
  ['STORAGE_WRITE_REFUSED', { code: '25006', message: 'cannot execute INSERT in a read-only transaction' }],
])('%s, to be tried later, for %j', async (code, facts) => {
  const error = Object.assign(new Error(facts.message), facts);
  await expect(failing(error).read()).rejects.toMatchObject({ code, facts: { retryAfterMs: expect.any(Number) } });
});

test('what is not the fault of the database passes', async () => {
  const mistake = new TypeError('undefined is not a function');
  await expect(failing(mistake).read()).rejects.toBe(mistake);
  const unique = Object.assign(new Error('duplicate key'), { code: '23505' });
  await expect(failing(unique).read()).rejects.toBe(unique);
});

test('answers pass as they are', async () => {
  expect(await withCodedFailures({ add: async (a: number, b: number) => a + b }).add(1, 2)).toBe(3);
});
