import { expect, test } from 'vitest';
import { safeReturnPath } from './return-to.ts';

test.each(['/', '/console/plugins', '/console/runs?status=failed&x=%2F#top'])('%s is a path of this host', (path) => {
  expect(safeReturnPath(path)).toBe(path);
});

test.each([
  'https://evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' //evil.example',
  'javascript:alert(1)',
  'evil.example',
  '/./\\evil.example',
  '/x/..//evil.example',
  '/%0d%0aSet-Cookie:x',
  '',
  `/${'a'.repeat(3000)}`,
  undefined,
  ['/a', '/b'],
  7,
])('%j leads to no other site', (asked) => {
  const path = safeReturnPath(asked);
  expect(new URL(path, 'https://flows.example').origin).toBe('https://flows.example');
  expect(path).not.toMatch(/^\/\/|[\r\n\t\\]/);
});
