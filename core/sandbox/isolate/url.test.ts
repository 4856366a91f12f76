import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Url } from './url.ts';
import { SearchParams } from './url-search-params.ts';

const PARTS = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const;

function partsOf(make: () => URL | Url): Record<string, string> | 'invalid' {
  try {
    const url = make();
    return Object.fromEntries(PARTS.map((part) => [part, url[part]]));
  } catch {
    return 'invalid';
  }
}

const piece = fc.constantFrom(
  'http:', 'https:', 'file:', 'ftp:', 'mailto:', 'x-y:', '/', '//', '\\', '?', '#', ':', '@', '.', '..', '%2e', '%41', 'a', 'B c', 'é', '😀',
  'example.com', '127.1', '0x7f.1', '[::1]', '[1:2::3:4.5.6.7]', '80', ':443', '8080', 'user', 'pass', 'q=1&r=2', "'", '"', '<', '|', 'C:', '\t', ' ', '',
); // biome-ignore format: a list
const text = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));

test('URLs are taken apart as Node does it', () => {
  fc.assert(
    fc.property(text, (input) => {
      expect(partsOf(() => new Url(input))).toEqual(partsOf(() => new URL(input)));
    }),
    { numRuns: 20_000, seed: 1 },
  );
});

test('relative URLs are resolved as Node does it', () => {
  const base = fc.constantFrom(
    'http://h/a/b?q#f',
    'https://u:p@h:8443/a/b/',
    'file:///C:/x/y',
    'file://host/x',
    'mailto:a',
    'x-y://h/a/b',
    'x-y:/a/b',
  );
  fc.assert(
    fc.property(text, base, (input, from) => {
      expect(partsOf(() => new Url(input, from))).toEqual(partsOf(() => new URL(input, from)));
    }),
    { numRuns: 20_000, seed: 2 },
  );
});

test.each([
  'http://bücher.example/', 'http://faß.de/', 'http://日本語。jp/', 'http://☕.example/', 'http://EXAMPLE.com:80/', 'http://1.2.3/', 'http://256.1/',
  'http://[::ffff:1.2.3.4]/', 'http://a%41.b/', 'http://a b/', 'http://a%20b/', 'https://x/%zz?%zz#%zz', 'http://./', 'http://0x/', 'http://1e3/',
])('%s reads as in Node', (input) => {
  expect(partsOf(() => new Url(input))).toEqual(partsOf(() => new URL(input)));
}); // biome-ignore format: a list

test('setters change one part, as in Node', () => {
  const part = fc.constantFrom(
    'protocol',
    'username',
    'password',
    'host',
    'hostname',
    'port',
    'pathname',
    'search',
    'hash' as const,
  );
  const value = fc.constantFrom(
    'a',
    'b c',
    'https',
    'ftp:',
    '99',
    '443',
    '70000',
    'x:1',
    '/p/../q',
    '?k=é',
    '#z',
    '',
    'é.com',
    '[::1]:5',
  );
  fc.assert(
    fc.property(fc.constantFrom('http://u:p@h:81/a?b#c', 'https://h/', 'x-y://h/a'), part, value, (start, name, to) => {
      const [ours, theirs] = [new Url(start), new URL(start)];
      ours[name as 'hash'] = to;
      theirs[name as 'hash'] = to;
      expect(ours.href).toBe(theirs.href);
    }),
    { numRuns: 3000, seed: 3 },
  );
});

test('search parameters read and write as in Node, and change their URL', () => {
  const query = fc.array(fc.constantFrom('a', '=', '&', '+', '%20', '%C3%A9', 'é', ' ', '?', '~', "'", '*', '#'), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(query, (pieces) => {
      const [ours, theirs] = [new SearchParams(pieces.join('')), new URLSearchParams(pieces.join(''))];
      expect([...ours]).toEqual([...theirs]);
      expect(ours.toString()).toBe(theirs.toString());
    }),
    { numRuns: 3000, seed: 4 },
  );
  const url = new Url('http://h/?b=2&a=1&b=3');
  url.searchParams.sort();
  url.searchParams.set('b', 'x y');
  url.searchParams.append('c', '&');
  url.searchParams.delete('a');
  expect(url.href).toBe('http://h/?b=x+y&c=%26');
  url.search = '?only=1';
  expect([...url.searchParams.entries()]).toEqual([['only', '1']]);
  expect(url.searchParams.has('only', '2')).toBe(false);
  expect([...new SearchParams({ a: 1 }).keys(), ...new SearchParams([['b', 2]]).values()]).toEqual(['a', '2']);
});
