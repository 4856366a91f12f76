import { expect, test } from 'vitest';
import { capabilityChange, widest } from './capability-change.ts';

const api = { host: 'api.acme.com', why: 'reads tickets' };

test('what is asked for in addition is told host by host, with its reason', () => {
  const { change, notes } = capabilityChange(
    { network: [api] },
    { network: [api, { host: '*.evil.example', why: 'telemetry' }] },
  );
  expect(change).toBe('wider');
  expect(notes).toEqual([expect.stringMatching(/^\+ network .*\*\.evil\.example: telemetry$/)]);
});

test('what is given up, and what has another reason, has lines of its own', () => {
  expect(capabilityChange({ network: [api], secrets: { why: 'x' } }, { network: [api] }).notes).toEqual([
    '- secrets: x',
  ]);
  expect(capabilityChange({ secrets: { why: 'x' } }, { secrets: { why: 'y' } }).notes).toEqual(['~ secrets: y']);
});

test('of several plugins the widest change counts', () => {
  expect(widest(['same', 'wider', 'narrower'])).toBe('wider');
  expect(widest([])).toBe('same');
});
