import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openPluginStore } from '../store/open-plugin-store.ts';
import { folderSource } from './folder-source.ts';
import { type PluginFiles, pluginFiles, pluginSourceContract, signal } from './plugin-source.contract.ts';
import type { Candidate } from './plugin-source.ts';
import { folderFailure } from './read-folder.ts';

async function open() {
  const base = mkdtempSync(join(tmpdir(), 'folder-source-'));
  const store = await openPluginStore(join(base, 'store'));
  return {
    base,
    source: folderSource({ store, base }),
    store,
    absent: './nothing',
    async publish(files: PluginFiles) {
      rmSync(join(base, 'x'), { recursive: true, force: true });
      for (const [path, content] of Object.entries(files)) {
        const file = join(base, 'x', path);
        mkdirSync(dirname(file), { recursive: true });
        if (typeof content === 'string') writeFileSync(file, content);
        else symlinkSync(content.link, file);
      }
      return './x';
    },
    async [Symbol.asyncDispose]() {
      rmSync(base, { recursive: true, force: true });
    },
  };
}

pluginSourceContract(open);

test('what editors and Git leave there is no part of the plugin', async () => {
  await using under = await open();
  const clean = await under.source.resolve(await under.publish(pluginFiles()), signal);
  const more = { '.git/HEAD': 'x', 'index.js~': 'x', '.index.js.swp': 'x', '.#index.js': { link: 'me@here' } };
  const littered = await under.source.resolve(await under.publish(pluginFiles('1.0.0', more)), signal);
  expect(littered.integrity).toBe(clean.integrity);
});

test('a folder that is far too large is refused before it is read', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles());
  truncateSync(join(under.base, 'x/lib/deep/data.txt'), 4 * 1024 ** 3);
  await expect(under.source.resolve(wish, signal)).rejects.toMatchObject({ code: 'PLUGIN_TOO_LARGE' });
});

test('secrets of its author, packages for development and those that the host lends are no part of it', async () => {
  await using under = await open();
  const clean = await under.source.resolve(await under.publish(pluginFiles()), signal);
  const installed = { packages: { 'node_modules/typescript': { dev: true } } };
  const more = {
    'secrets.local.json': '{"acme": {"KEY": "hush"}}',
    '.npmrc': '//registry/:_authToken=hush',
    '.env': 'KEY=hush',
    'node_modules/.package-lock.json': JSON.stringify(installed),
    'node_modules/.bin/tsc': { link: '../typescript/bin/tsc' },
    'node_modules/typescript/bin/tsc': 'x',
    'node_modules/zod': { link: '/opt/host/node_modules/zod' },
    'node_modules/@backplane/sdk': { link: '/opt/host/sdk' },
  };
  const worked = await under.source.resolve(await under.publish(pluginFiles('1.0.0', more)), signal);
  expect(worked.integrity).toBe(clean.integrity);
});

test('packages that it needs when it runs are copied with it', async () => {
  await using under = await open();
  const more = {
    'node_modules/left-pad/index.js': 'export default 1;',
    'node_modules/zod/index.js': 'export const own = 1;',
  };
  const candidate = await under.source.resolve(await under.publish(pluginFiles('1.0.0', more)), signal);
  const { artifact } = await under.source.fetch(candidate, { signal });
  expect(readFileSync(join(artifact.folder, 'node_modules/left-pad/index.js'), 'utf8')).toBe('export default 1;');
  expect(readFileSync(join(artifact.folder, 'node_modules/zod/index.js'), 'utf8')).toBe('export const own = 1;');
});

test('a link to another package in node_modules is refused', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles('1.0.0', { 'node_modules/left-pad': { link: '../../elsewhere' } }));
  await expect(under.source.resolve(wish, signal)).rejects.toMatchObject({ code: 'PLUGIN_FILE_REFUSED' });
});

test('what changed between looking and copying is not taken', async () => {
  await using under = await open();
  const candidate = await under.source.resolve(await under.publish(pluginFiles()), signal);
  writeFileSync(join(under.base, 'x/index.js'), 'export default { half: 1 };');
  await expect(under.source.fetch(candidate, { signal })).rejects.toMatchObject({ code: 'PLUGIN_FOLDER_UNSETTLED' });
  expect(await under.store.list()).toEqual([]);
});

test('a file that changes all the time is never taken half, and gives a code', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles('1.0.0', { 'data.bin': 'a0b0' }));
  const writing = new Worker(
    `const { writeFileSync } = require('node:fs');
     for (let i = 0; ; i++) writeFileSync(process.argv[2], 'a'.repeat(2_000_000) + i + 'b'.repeat(2_000_000) + i);`,
    { eval: true, argv: [join(under.base, 'x/data.bin')] },
  );
  await new Promise((resolve) => writing.once('online', resolve));
  const outcomes = new Set<string>();
  for (let i = 0; i < 8; i++) {
    const taken = under.source.resolve(wish, signal).then(fetched);
    outcomes.add(await taken.catch(({ code }: { code: string }) => code));
  }
  await writing.terminate();
  expect([...outcomes].filter((one) => one !== 'PLUGIN_FOLDER_UNSETTLED' && one !== 'whole')).toEqual([]);

  async function fetched(candidate: Candidate): Promise<string> {
    const { artifact } = await under.source.fetch(candidate, { signal });
    const text = readFileSync(join(artifact.folder, 'data.bin'), 'utf8');
    const [, first, second] = /^a+(\d+)b+(\d+)$/.exec(text) ?? [];
    return first === second ? 'whole' : 'half';
  }
}, 20_000);

test('a folder below that becomes a link while it is read gives nothing away', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles('1.0.0', { 'lib/secret.txt': 'mine' }));
  const outside = join(under.base, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.txt'), 'of the host');
  const swapping = new Worker(
    `const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
     const [lib, away, outside] = process.argv.slice(2);
     for (;;) { renameSync(lib, away); symlinkSync(outside, lib); unlinkSync(lib); renameSync(away, lib); }`,
    { eval: true, argv: [join(under.base, 'x/lib'), join(under.base, 'away'), outside] },
  );
  await new Promise((resolve) => swapping.once('online', resolve));
  for (let i = 0; i < 150; i++) {
    const read = under.source.resolve(wish, signal).then((candidate) => under.source.fetch(candidate, { signal }));
    await read.catch(({ code }) => expect(code).toMatch(/^PLUGIN_/));
  }
  await swapping.terminate();
  for (const { folder } of await under.store.list()) {
    const stored = join(folder, 'lib/secret.txt');
    if (existsSync(stored)) expect(readFileSync(stored, 'utf8')).toBe('mine');
  }
}, 20_000);

test('a folder that becomes a file, a link to nothing or a circle of links is told as such', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles());
  const folder = join(under.base, 'x');
  for (const become of [
    () => writeFileSync(folder, 'x'),
    () => symlinkSync('/nowhere', folder),
    () => symlinkSync(folder, folder),
  ]) {
    rmSync(folder, { recursive: true, force: true });
    become();
    await expect(under.source.resolve(wish, signal)).rejects.toMatchObject({ code: 'PLUGIN_SOURCE_NOT_FOUND' });
  }
});

test('a pipe in the place of a file holds nobody up', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles());
  execFileSync('mkfifo', [join(under.base, 'x/lib/pipe')]);
  await expect(under.source.resolve(wish, signal)).rejects.toMatchObject({ code: 'PLUGIN_FILE_REFUSED' });
});

test('what the host may not read is named', async () => {
  const denied = { code: 'EACCES', syscall: 'open', path: '/home/ada/x/lib/data.txt' };
  expect(folderFailure('/home/ada/x', Object.assign(new Error('permission denied'), denied))).toMatchObject({
    code: 'PLUGIN_FOLDER_UNREADABLE',
    message: expect.stringContaining('/home/ada/x/lib/data.txt'),
  });
});

// The administrator of a machine may read everything.
test.skipIf(process.getuid?.() === 0)('a file without the right to read it gives a code', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles());
  chmodSync(join(under.base, 'x/lib/deep/data.txt'), 0);
  await expect(under.source.resolve(wish, signal)).rejects.toMatchObject({ code: 'PLUGIN_FOLDER_UNREADABLE' });
});

test('snapshots that nothing needs are forgotten, and only of this plugin', async () => {
  await using under = await open();
  const take = async (version: string) => {
    const candidate = await under.source.resolve(await under.publish(pluginFiles(version)), signal);
    return (await under.source.fetch(candidate, { signal })).artifact.integrity;
  };
  const [, second, third] = [await take('1.0.0'), await take('1.1.0'), await take('1.2.0')];
  await under.source.forget!('other', new Set());
  await under.source.forget!('tickets', new Set([second, third]));
  expect((await under.store.list()).map(({ version }) => version)).toEqual(['1.1.0', '1.2.0']);
});
