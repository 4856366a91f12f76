import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf, GitWorkshop, manifest, template } from './git-workshop.fixture.ts';

const never = new AbortController().signal;
const file = ['100644', 'send.yaml', template('send')] as const;

test.each([
  ['a symbolic link', [['120000', 'link', '/etc/passwd']], 'GIT_TREE_REFUSED'],
  ['a submodule', [['160000', 'sub', '1234567890123456789012345678901234567890']], 'GIT_TREE_REFUSED'],
  ['a way up', [['100644', '../evil', 'x']], 'GIT_REPOSITORY_BROKEN'],
  ['a folder that is `..`', [['100644', '..', 'x']], 'GIT_REPOSITORY_BROKEN'],
  ['a file `.git`', [['100644', '.git', 'gitdir: /tmp']], 'GIT_REPOSITORY_BROKEN'],
  ['the short name of .git', [['100644', 'GIT~1', 'x']], 'GIT_REPOSITORY_BROKEN'],
  ['control characters', [['100644', 'a\u0007b', 'x']], 'GIT_TREE_REFUSED'],
  ['a backslash', [['100644', 'a\\b', 'x']], 'GIT_TREE_REFUSED'],
  ['names that end with a dot', [['100644', 'a.', 'x']], 'GIT_TREE_REFUSED'],
  [
    'names that differ only in case',
    [
      ['100644', 'A', 'x'],
      ['100644', 'a', 'y'],
    ],
    'GIT_TREE_REFUSED',
  ],
  [
    'a pointer of LFS',
    [['100644', 'big.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n']],
    'GIT_TREE_REFUSED',
  ],
] as const)('a tree with %s is refused, and what is in use stays', async (_name, rows, code) => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const git = await shop.sources({ git: repo.url, sync: { promote: 'auto' } });
  const good = repo.commitRows([file]);
  await git.sync('acme');
  const all = [...rows, file].toSorted(([, a], [, b]) => (a < b ? -1 : 1));
  repo.commitRows(all);
  expect(await codeOf(git.sync('acme'))).toBe(code);
  expect(await git.status('acme')).toMatchObject({ state: 'refused', current: { commit: good }, error: { code } });
});

test('attributes, filters, line ends and keywords of the repository change nothing, and run nothing', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const marker = join(shop.path, 'ran');
  const text = '$Id$ one\ntwo\n';
  const attributes = '* text eol=crlf ident filter=evil working-tree-encoding=UTF-16 export-ignore export-subst\n';
  const commit = repo.commitRows([
    ['100644', '.gitattributes', attributes],
    ['100644', 'index.ts', text],
    ['100644', 'plugin.json', manifest('one')],
  ]);
  shop.write(
    '.gitconfig',
    `[filter "evil"]\n smudge = touch ${marker}; cat\n required = true\n[core]\n fsmonitor = touch ${marker}\n`,
  );
  repo.git('config', 'uploadpack.packObjectsHook', `touch ${marker}`);
  const git = await shop.sources({ git: repo.url, sync: { promote: 'auto' } });
  expect(await git.sync('acme')).toMatchObject({ current: { commit } });
  const { artifact } = await git.plugins.fetch(await git.plugins.resolve('acme', never), { signal: never });
  expect(readFileSync(join(artifact.folder, 'index.ts'), 'utf8')).toBe(text);
  expect(existsSync(marker)).toBe(false);
});

test('templates and hooks of the machine do not get into the mirror', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  repo.commit({ 'send.yaml': template('send') });
  const marker = join(shop.path, 'ran');
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change'])
    shop.write(`evil/hooks/${hook}`, `#!/bin/sh\ntouch ${marker}\n`, 0o755);
  process.env['GIT_TEMPLATE_DIR'] = join(shop.path, 'evil');
  try {
    const git = await shop.sources({ git: repo.url });
    await git.sync('acme');
    expect(existsSync(join(shop.path, 'data/acme/mirror.git/hooks'))).toBe(false);
    expect(existsSync(marker)).toBe(false);
  } finally {
    delete process.env['GIT_TEMPLATE_DIR'];
  }
});

test('a file that is too large, too many files, and a tree that never ends are ended', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  repo.commit({ 'noise.bin': Array.from({ length: 400_000 }, () => Math.random().toString(36)).join('') });
  const large = await shop.sources({ git: repo.url, limits: { megabytes: 1 } }, 'large');
  expect(await codeOf(large.sync('large'))).toBe('GIT_TOO_LARGE');
  expect(existsSync(join(shop.path, 'data/large/mirror.git/objects'))).toBe(false);

  const many = shop.repository('many');
  many.commit(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}`, 'x'])));
  const few = await shop.sources({ git: many.url, limits: { files: 10 } }, 'few');
  expect(await codeOf(few.sync('few'))).toBe('GIT_TOO_LARGE');

  const bomb = shop.repository('bomb');
  let [mode, object] = ['100644', shop.run('git', ['hash-object', '-w', '--stdin'], { cwd: bomb.folder, input: 'x' })];
  for (let level = 0; level < 9; level++) {
    const rows = Array.from(
      { length: 10 },
      (_, index) => `${mode} ${mode === '100644' ? 'blob' : 'tree'} ${object}\tf${index}`,
    );
    object = shop.run('git', ['mktree'], { cwd: bomb.folder, input: `${rows.join('\n')}\n` });
    mode = '040000';
  }
  bomb.git('update-ref', 'refs/heads/main', bomb.git('commit-tree', '-m', 'bomb', object));
  const endless = await shop.sources({ git: bomb.url }, 'endless');
  expect(await codeOf(endless.sync('endless'))).toBe('GIT_TOO_LARGE');
});
