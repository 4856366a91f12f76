import { expect, test } from 'vitest';
import { queryName } from './query-name.ts';

test.each([
  ['a=1', 'a'],
  ['a', 'a'],
  ['first+name=x=y', 'first name'],
  ['%61%2Bb=1', 'a+b'],
  ['%zz=1', '%zz'],
])('the name in %s is %s', (pair, name) => {
  expect(queryName(pair)).toBe(name);
});
