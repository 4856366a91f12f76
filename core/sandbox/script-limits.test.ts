import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, resolveLimits } from './script-limits.ts';

test('a request goes before the host, the host before the built-in limits', () => {
  expect(resolveLimits(undefined, undefined)).toEqual(DEFAULT_LIMITS);
  expect(resolveLimits({ wallMs: 5 }, { wallMs: 9, cpuMs: 7 })).toEqual({ ...DEFAULT_LIMITS, wallMs: 5, cpuMs: 7 });
});

test.each([
  { wallMs: 0 },
  { memoryMb: 4 },
  { cpuMs: Number.NaN },
  { outputBytes: 1e12 },
  { wallMs: '5' as never },
])('%o is refused', (limits) => {
  expect(() => resolveLimits(limits, undefined)).toThrow(expect.objectContaining({ code: 'SANDBOX_LIMIT' }));
});
