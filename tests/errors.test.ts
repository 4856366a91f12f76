import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { catalogue } from '../core/errors/catalogue.ts';
import { checkout } from './source-tree.fixture.ts';

const folder = join(checkout, 'plugins', 'actions');
const plugins = await Promise.all(
  readdirSync(folder).map(
    async (name) => ((await import(join(folder, name, 'index.ts'))) as { default: Plugin }).default,
  ),
);
const catalogues = [catalogue, ...plugins.map((plugin) => plugin.errors ?? {})];
const codes = catalogues.flatMap((rows) => Object.keys(rows));

test('no code is used twice', () => {
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test('every code has a section in docs/errors.md', () => {
  const page = readFileSync(join(checkout, 'docs', 'errors.md'), 'utf8');
  expect(codes.filter((code) => !page.includes(`### ${code}\n`))).toEqual([]);
});

test('every code is raised by a test', () => {
  const tests = ['core', 'sdk', 'plugins', 'tests']
    .flatMap((root) =>
      (readdirSync(join(checkout, root), { recursive: true }) as string[]).map((file) => join(checkout, root, file)),
    )
    .filter(
      (file) =>
        /\.(test|fixture|contract)\.ts$/.test(file) &&
        !file.includes('node_modules') &&
        !file.endsWith('tests/errors.test.ts'),
    )
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  expect(codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(tests))).toEqual([]);
});

test('every row says who has to act and what to do', () => {
  for (const rows of catalogues) {
    for (const [code, { status, remedy }] of Object.entries(rows)) {
      expect([code, status >= 400 && status < 600, remedy.length > 10]).toEqual([code, true, true]);
    }
  }
});
