import { expect, test } from 'vitest';
import { withQuery } from './query.ts';

test.each([
  ['https://h/p', { a: 'b c' }, 'https://h/p?a=b+c'],
  ['https://h/p?x=1&y=%20', { a: 1 }, 'https://h/p?x=1&y=%20&a=1'],
  ['https://h/p?a=1&x=2&a=3', { a: 4 }, 'https://h/p?x=2&a=4'],
  ['https://h/p?a+b=1', { 'a b': 2 }, 'https://h/p?a+b=2'],
  ['https://h/p?#part', { a: 1 }, 'https://h/p?a=1#part'],
  ['https://h/p?x=1', { a: null, b: [] }, 'https://h/p?x=1'],
  ['None/not a url', { a: 1 }, 'None/not a url?a=1'],
  ['https://h', { q: { deep: [1] } }, 'https://h?q=%7B%22deep%22%3A%5B1%5D%7D'],
  ['https://h', { q: "it's (a) *test*!~" }, 'https://h?q=it%27s+%28a%29+%2Atest%2A%21~'],
])('%s with %j is %s', (url, params, expected) => {
  expect(withQuery(url, params)).toBe(expected);
});
