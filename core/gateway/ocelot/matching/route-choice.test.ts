import { expect, test } from 'vitest';
import { type Candidate, comesBefore } from './route-choice.ts';

const route = (order: number, given: Partial<Candidate> = {}): Candidate => ({
  order,
  priority: 1,
  hasHost: false,
  ...given,
});

test('a higher priority comes first, and equal ones in the order of the file', () => {
  expect(comesBefore(route(2, { priority: 5 }), route(1))).toBe(true);
  expect(comesBefore(route(1), route(2))).toBe(true);
});

test('a route with a host comes before a higher priority without one', () => {
  expect(comesBefore(route(2, { hasHost: true, priority: 0 }), route(1, { priority: 9 }))).toBe(true);
});
