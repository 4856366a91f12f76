import { expect, test } from 'vitest';
import { rewriteExport } from './rewrite-exports.ts';

test.each([
  ['export function a() {}', '       function a() {}', undefined],
  ['export const a = 1', '       const a = 1', undefined],
  ['export default async function go() {}', '               async function go() {}', 'go'],
  ['export default (a) => a', '$default =      (a) => a', '$default'],
  ['export\n default 5', '\n $default = 5', '$default'],
  ['export { a, b as default };', '                          ;', 'b'],
])('%s', (before, after, preferred) => {
  const rewritten = rewriteExport(before, 0)!;
  expect(rewritten.preferred).toBe(preferred);
  expect(rewritten.text.replace(/ +/g, ' ').trim()).toBe(after.replace(/ +/g, ' ').trim());
  expect(rewritten.text.split('\n').length).toBe(before.split('\n').length);
});

test('exports of other modules are not for rewriting', () => {
  expect(rewriteExport("export * from 'x'", 0)).toBeUndefined();
  expect(rewriteExport("export { a } from 'x'", 0)).toBeUndefined();
});
