import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalPath } from './canonical-path.ts';

test.each([
  ['/a/b', '/a/b', 'a plain path stays'],
  ['/%61dmin', '/admin', 'an encoded letter is the letter'],
  ['/a%2fb', '/a%2Fb', 'an encoded slash is none'],
  ['/a%20b', '/a%20b', 'a space stays encoded'],
  ['/a b', '/a%20b', 'what must be encoded is encoded'],
  ['/é', '/%C3%A9', 'also beyond ASCII'],
  ['/100%', '/100%25', 'a percent sign alone is one'],
  ['/a/../b', '/b', 'dot segments are followed'],
  ['/a/%2e%2e/b', '/b', 'also encoded ones'],
  ['/../../a', '/a', 'never above the root'],
  ['/a/.', '/a/', 'a dot at the end leaves the slash'],
  ['/a/.well-known', '/a/.well-known', 'a name may begin with a dot'],
])('%s is %s: %s', (sent, seen) => {
  expect(canonicalPath(sent)).toBe(seen);
});

test('what is canonical stays as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('/', '.', '..', '%2e', '%2F', '%25', '%', 'a', '%61', ' ', 'é')), (pieces) => {
      const once = canonicalPath(`/${pieces.join('')}`);
      expect(canonicalPath(once)).toBe(once);
    }),
  );
});
