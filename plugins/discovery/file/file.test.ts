import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Discovery, ServiceInstance, ServiceQuery } from '@backplane/sdk';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { file } from './file.ts';

const folder = mkdtempSync(join(tmpdir(), 'discovery-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function written(text: string) {
  files += 1;
  const path = join(folder, `services-${files}.yaml`);
  const warnings: string[] = [];
  const replace = (next: string) => {
    writeFileSync(`${path}.new`, next);
    renameSync(`${path}.new`, path);
  };
  replace(text);
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (_: string, facts?: object) => void warnings.push(JSON.stringify(facts)),
  };
  const discovery = file.open({ config: { path }, log, signal: new AbortController().signal }) as Discovery;
  const resolve = (query: ServiceQuery) => discovery.resolve(query, new AbortController().signal);
  return { discovery, resolve, replace, warnings };
}

test('instances are written as host:port, or with all that is known of them', async () => {
  const { resolve } = written(
    'orders:\n  - 10.0.0.1:8080\n  - "[fd00::1]:80"\n  - { host: b, port: 1, weight: 3, scheme: https, tags: [blue] }',
  );
  expect(await resolve({ service: 'orders' })).toMatchObject([
    { id: '10.0.0.1:8080', host: '10.0.0.1', port: 8080, weight: 1 },
    { host: 'fd00::1', port: 80 },
    { host: 'b', scheme: 'https', weight: 3 },
  ]);
  expect((await resolve({ service: 'orders', tags: ['blue'] })).map(({ host }) => host)).toEqual(['b']);
  expect(await resolve({ service: 'toString' })).toEqual([]);
});

test('JSON is read too, and a file that says something else is an error', async () => {
  expect(await written('{"orders": ["a:1"]}').resolve({ service: 'orders' })).toHaveLength(1);
  await expect(written('orders: [{ host: a }]').resolve({ service: 'orders' })).rejects.toThrow(/port/);
});

test('a change is told at once, and a broken file leaves what was there', async () => {
  const { discovery, replace, warnings } = written('orders: [a:1]');
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const seen: string[][] = [];
  const reading = (async () => {
    for await (const list of discovery.watch!({ service: 'orders' }, stopping.signal))
      seen.push((list as readonly ServiceInstance[]).map(({ host }) => host));
  })();
  await expect.poll(() => seen).toEqual([['a']]);
  replace('orders: [{ host: ');
  await expect.poll(() => warnings.length).toBeGreaterThan(0);
  expect(seen.at(-1)).toEqual(['a']);
  const before = warnings.length;
  replace('');
  await expect.poll(() => warnings.length).toBeGreaterThan(before);
  expect(seen).toEqual([['a']]);
  replace('orders: [b:2, c:3]');
  await expect.poll(() => seen.at(-1)).toEqual(['b', 'c']);
  stopping.abort();
  await reading;
});
