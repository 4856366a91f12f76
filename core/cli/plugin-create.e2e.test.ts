import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { KINDS } from '@backplane/create-plugin';
import { expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';

const plugin = (...args: readonly string[]) => backplane(['plugin', ...args]);

test.each(
  Object.keys(KINDS),
)('a new plugin of the kind %s is tested, checked and packed within a minute, without a network', async (kind) => {
  using home = folderWith({});
  for (const language of ['ts', 'js']) {
    const folder = home.path(`acme-${language}`);
    const begun = performance.now();
    const made = (await plugin('create', folder, '--kind', kind, '--language', language, '--json')).json();
    expect(made).toMatchObject({ id: `acme-${language}`, kind, missing: [] });
    expect(made.files.length).toBeLessThan(15);
    const said = execFileSync('npm', ['test'], { cwd: folder, encoding: 'utf8' });
    expect(said).toMatch(/pass [1-9]/);
    expect(performance.now() - begun).toBeLessThan(60_000);
    if (language === 'js') continue;
    expect((await plugin('test', folder, '--json')).json()).toMatchObject({ failed: 0 });
    expect((await plugin('lint', folder, '--json')).json()).toMatchObject({ findings: [] });
    expect((await plugin('pack', folder, '-o', home.path(`${language}.tgz`))).code).toBe(0);
    execFileSync('npm', ['run', 'check'], { cwd: folder });
  }
});

test('a folder with files, an unusable id and an unknown kind are refused, and nothing is written', async () => {
  using home = folderWith({ 'mine.txt': 'precious' });
  for (const args of [
    [home.path()],
    [home.path('new'), '--id', 'No Good'],
    [home.path('new'), '--kind', 'miracle'],
    [home.path('new'), '--language', 'cobol'],
  ]) {
    const ended = await plugin('create', ...args, '--yes');
    expect([args, ended.code, ended.stderr]).toEqual([args, 2, expect.stringContaining('PLUGIN_CREATE_REFUSED')]);
  }
  expect(readdirSync(home.path())).toEqual(['mine.txt']);
});
