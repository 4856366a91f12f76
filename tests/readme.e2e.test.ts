import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { CHECKOUT } from '../core/host/checkout.ts';
import { HostHome } from './host-process.fixture.ts';

const read = (page: string) => readFileSync(join(CHECKOUT, page), 'utf8');
const guides = readdirSync(join(CHECKOUT, 'docs/guides')).map((file) => `docs/guides/${file}`);
/** A guide that also writes files has a test of its own, which takes its steps one after the other. */
const pages = ['README.md', ...guides.filter((page) => !/^```\w+ file=/m.test(read(page)))];

/** The fenced blocks of one language on a page. */
function blocks(page: string, language: string): string[] {
  return [...read(page).matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, name, body]) =>
    name === language ? [body!] : [],
  );
}

/** The `npx backplane …` lines of a page. */
function commands(page: string): string[] {
  return blocks(page, 'sh').flatMap((block) => block.split('\n').filter((line) => line.startsWith('npx backplane ')));
}

/** Runs a line as a shell in the checkout would; `npx backplane` directly through the bin, which saves npm's own start. */
async function shell(line: string, env: Readonly<Record<string, string>> = {}) {
  const direct = line.replace(/^npx backplane /, '"$NODE" bin/backplane.mjs ');
  return ended(direct, env);
}

async function ended(line: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn('sh', ['-c', line], { cwd: CHECKOUT, env: { ...process.env, NODE: process.execPath, ...env } });
  // What a command asks for, such as a password.
  child.stdin.end('correct horse battery staple\n');
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

const folder = mkdtempSync(join(tmpdir(), 'backplane-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = pages.flatMap((page) => commands(page).map((line) => [page, line] as const));

const needsHost = ([, line]: readonly [string, string]) => /\$KEY|^npx backplane user /.test(line);

test.each(plain.filter((one) => !needsHost(one)))('%s: %s', async (_page, line) => {
  expect(await shell(line)).toMatchObject({ code: 0, stderr: '' });
});

test('commands that ask a host work with one', async () => {
  await using home = new HostHome();
  const host = await home.start();
  const env = { API: `${host.note.url}/api`, KEY: host.key, BACKPLANE_URL: host.note.url, BACKPLANE_KEY: host.key };
  const lines = plain.filter(needsHost).map(([, line]) => line);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(await shell(line, env)).toMatchObject({ code: 0, stderr: '' });
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
