import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { CHECKOUT } from '../core/host/checkout.ts';

const PLUGIN_GUIDE = 'docs/guides/write-a-plugin.md';
const pages = ['README.md', ...readdirSync(join(CHECKOUT, 'docs/guides')).map((file) => `docs/guides/${file}`)];

/** The fenced blocks of one language on a page. */
function blocks(page: string, language: string): string[] {
  const source = readFileSync(join(CHECKOUT, page), 'utf8');
  return [...source.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, name, body]) =>
    name === language ? [body!] : [],
  );
}

/** The `npx backplane …` lines of a page. */
function commands(page: string): string[] {
  return blocks(page, 'sh').flatMap((block) => block.split('\n').filter((line) => line.startsWith('npx backplane ')));
}

/** Runs a line as a shell in the checkout would; `npx backplane` directly through the bin, which saves npm's own start. */
async function shell(line: string) {
  const direct = line.replace(/^npx backplane /, '"$NODE" bin/backplane.mjs ');
  return ended(direct);
}

async function ended(line: string) {
  const child = spawn('sh', ['-c', line], { cwd: CHECKOUT, env: { ...process.env, NODE: process.execPath } });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

const folder = mkdtempSync(join(tmpdir(), 'backplane-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = pages
  .filter((page) => page !== PLUGIN_GUIDE)
  .flatMap((page) => commands(page).map((line) => [page, line] as const));

test.each(plain)('%s: %s', async (_page, line) => {
  expect(await shell(line)).toMatchObject({ code: 0, stderr: '' });
});

test('the README has commands, and npx finds the command line of the checkout', async () => {
  const lines = commands('README.md');
  expect(lines.length).toBeGreaterThanOrEqual(6);
  const { code, stdout } = await ended(lines.find((line) => line.startsWith('npx backplane eval '))!);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '"HELLO 2.0"\n' });
});

test('the workflow of the README does what its title says', async () => {
  const [source] = blocks('README.md', 'yaml');
  const file = join(folder, 'readme.yaml');
  writeFileSync(file, source!);
  const events = [
    { user: 'ada', outcome: 'SUCCESS' },
    { user: 'grace', outcome: 'FAILURE' },
  ];
  const run = await shell(`npx backplane run '${file}' --input '${JSON.stringify({ events })}'`);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toEqual(['grace']);
});

describe('the plugin of the guide, made of its own blocks', () => {
  const plugin = join(folder, 'plugins-local', 'acme');
  const config = join(folder, 'config');
  mkdirSync(plugin, { recursive: true });
  mkdirSync(config);
  writeFileSync(join(plugin, 'plugin.json'), blocks(PLUGIN_GUIDE, 'json')[0]!);
  writeFileSync(join(plugin, 'index.ts'), blocks(PLUGIN_GUIDE, 'ts')[0]!);
  writeFileSync(join(config, 'plugins.yaml'), blocks(PLUGIN_GUIDE, 'yaml')[0]!);
  const lines = commands(PLUGIN_GUIDE);

  test.each(lines)('%s', async (line) => {
    const { code, stdout, stderr } = await shell(`${line} --config '${config}'`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    if (line.includes(' action run ')) expect(JSON.parse(stdout)).toEqual({ greeting: 'Hello, Ada!' });
    if (line.includes(' explain ')) expect(stdout).toMatch(/^acme 0\.1\.0 is active /);
  });

  test('its second form has a capability and an alias', async () => {
    writeFileSync(join(plugin, 'plugin.json'), blocks(PLUGIN_GUIDE, 'json')[1]!);
    writeFileSync(join(plugin, 'index.ts'), blocks(PLUGIN_GUIDE, 'ts')[1]!);
    const run = await shell(`npx backplane action run tools.acme.is_new --input '{"id": "a1"}' --config '${config}'`);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({ first: true });
  });

  test('there are commands that show it and that use it', () => {
    expect(lines.map((line) => line.split(' ').slice(2, 4).join(' '))).toEqual(['plugin explain', 'action run']);
  });
});
