import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contribution, Plugin } from '@backplane/sdk';
import { contributionKind, contributionName, INDEX_KEYS } from '@backplane/sdk/host';
import { contractChecks, replyHttp } from '@backplane/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KIND_SHAPES } from '../core/plugins/tiers/crossing/kind-shapes.ts';
import { checkout } from './source-tree.fixture.ts';

const folder = join(checkout, 'docs', 'reference', 'plugins');
const kinds = readdirSync(folder)
  .map((file) => file.replace(/\.md$/, ''))
  .filter((kind) => !['testing', 'plugin', 'README'].includes(kind));
const pages = [...kinds, 'plugin'];
const page = (kind: string) => readFileSync(join(folder, `${kind}.md`), 'utf8');
const example = (kind: string) => /^```ts\n(.*?)^```$/ms.exec(page(kind))![1]!;

let home = '';
beforeAll(() => {
  // Inside the checkout, where the packages are found; not below node_modules, where Node reads no TypeScript.
  const parent = join(checkout, '.backplane');
  mkdirSync(parent, { recursive: true });
  home = mkdtempSync(join(parent, 'reference-'));
  for (const kind of [...pages, 'testing']) writeFileSync(join(home, `${kind}.ts`), example(kind));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('there is a page for every kind', () => {
  // Migrations stand on the page of the entities that they make.
  const wanted = Object.keys(INDEX_KEYS).filter((kind) => kind !== 'migration');
  expect(kinds.toSorted()).toEqual(wanted.toSorted());
});

test('the table of kinds and tiers says what the table of shapes says', () => {
  const rows = [...page('README').matchAll(/^\| \[(.*?)\]\(.*?\) \| (yes|no) \| (yes|no) \| (yes|no) \|/gm)];
  const expected = Object.entries(KIND_SHAPES).map(([kind, { is }]) => [
    kind,
    'yes',
    ...Array(2).fill(is === 'trusted' ? 'no' : 'yes'),
  ]);
  expect(rows.map(([, ...row]) => row).toSorted()).toEqual(expected.toSorted());
  for (const [kind, { is }] of Object.entries(KIND_SHAPES)) {
    if (kind === 'migration') continue;
    expect([kind, /^- Tiers: (all three|`trusted` alone)/m.exec(page(kind))?.[1]]).toEqual([
      kind,
      is === 'trusted' ? '`trusted` alone' : 'all three',
    ]);
  }
});

test('the examples fit the types of the SDK', () => {
  const config = { extends: join(checkout, 'tsconfig.json'), include: ['*.ts'], exclude: [] };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(join(checkout, 'node_modules', '.bin', 'tsc'), ['-p', home], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

const http = replyHttp(() => ({ status: 201, body: { id: 'T-1', tickets: [] } }));
const rows = [{ title: 'Broken' }];
const database = {
  table: () => ({ find: async () => rows, count: async () => 1, insert: async (row: object) => row }),
};

describe.each(pages)('the example of %s', (kind) => {
  test('keeps every promise of its contract', async () => {
    const { default: plugin } = (await import(join(home, `${kind}.ts`))) as { default: Plugin };
    const contributes: readonly Contribution[] = plugin.contributes;
    expect(contributes.map(contributionKind)).toContain(kind === 'plugin' ? 'action' : kind);
    const configs = Object.fromEntries(contributes.map((one) => [contributionName(one), {}]));
    const checks = contractChecks({ plugin, http, configs, ports: { database: database as never } });
    expect(checks.length).toBeGreaterThan(1);
    for (const { run } of checks) await run();
  });
});

test('the example of a test passes under node:test', () => {
  const { stdout, status } = spawnSync(process.execPath, ['--test', join(home, 'testing.ts')], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect(stdout).toContain('it greets');
  expect(status).toBe(0);
});
