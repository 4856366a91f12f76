import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createActionRegistry } from '../../../registry/action-registry.ts';
import { codeOf, fakeAction, GitWorkshop, manifest, memoryRows, template } from './git-workshop.fixture.ts';
import { fileStates, sharedStates } from './source-state.ts';

const never = new AbortController().signal;

test('a commit comes over, waits for a person, is promoted, and its plugins are there', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const commit = repo.commit({
    'plugins/one/plugin.json': manifest('one'),
    'plugins/one/index.ts': 'export {};\r\n',
    'send.yaml': template('send'),
  });
  const git = await shop.sources({ git: repo.url });
  expect(await git.status('acme')).toMatchObject({ state: 'empty' });
  expect(await git.sync('acme')).toMatchObject({
    state: 'waiting',
    why: 'manual',
    pending: '2 added, 3 files',
    candidate: { commit },
  });
  expect(await codeOf(git.contents('acme'))).toBe('GIT_SOURCE_EMPTY');
  expect(await git.promote('acme', { by: 'ada' })).toMatchObject({ state: 'current', current: { commit } });
  expect(await git.contents('acme')).toMatchObject([
    { kind: 'plugin', id: 'one', version: '1.0.0', path: 'plugins/one' },
    { kind: 'templates', id: 'acme', path: '' },
  ]);
  const candidate = await git.plugins.resolve('acme/plugins/one', never);
  expect(candidate.origin).toEqual({ from: 'git', source: 'acme', url: repo.url, commit, path: 'plugins/one' });
  const { artifact, entry } = await git.plugins.fetch(candidate, { signal: never });
  expect(readFileSync(join(artifact.folder, 'index.ts'), 'utf8')).toBe('export {};\r\n');
  expect(existsSync(join(artifact.folder, '../../.git'))).toBe(false);
  expect(entry).toMatchObject({
    id: 'one',
    contributions: ['action:tools.one.act'],
    signature: { state: 'unchecked' },
  });
  const templates = await git.plugins.fetch(await git.plugins.resolve('acme', never), { signal: never });
  expect(readdirSync(templates.artifact.folder)).toEqual(['plugin.json', 'send.yaml']);
  expect(templates.entry.contributions).toEqual(['template:tools.acme.send']);
  expect(templates.artifact.version).toMatch(/^0\.0\.0-\d{14}\.g[0-9a-f]{12}$/);
});

test('a newer commit shows what it would change; going back leaves it waiting until another one comes', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const first = repo.commit({ 'a/plugin.json': manifest('one'), 'a/index.ts': '', 'send.yaml': template('send') });
  const git = await shop.sources({ git: repo.url, sync: { promote: 'auto' } });
  const changes: string[] = [];
  using _ = git.onChange((id) => changes.push(id));
  expect(await git.sync('acme')).toMatchObject({ state: 'current', current: { commit: first } });
  const second = repo.commit({ 'a/plugin.json': manifest('one', { version: '1.1.0' }), 'get.yaml': template('get') });
  expect(await git.sync('acme')).toMatchObject({ current: { commit: second }, previous: { commit: first } });
  expect(await git.rollback('acme', { by: 'ada' })).toMatchObject({
    state: 'waiting',
    why: 'rolled-back',
    current: { commit: first },
    candidate: { commit: second },
  });
  expect(await git.sync('acme')).toMatchObject({ why: 'rolled-back', current: { commit: first } });
  expect(await git.diff('acme')).toMatchObject({
    from: first,
    to: second,
    plugins: [
      { id: 'acme', change: 'changed', contributions: [{ name: 'action:tools.acme.get', change: 'added' }] },
      { id: 'one', change: 'changed', from: '1.0.0', to: '1.1.0' },
    ],
    files: [
      { path: 'a/plugin.json', change: 'changed' },
      { path: 'get.yaml', change: 'added' },
    ],
  });
  const third = repo.commit({ 'more.yaml': template('more') });
  expect(await git.sync('acme')).toMatchObject({ state: 'current', current: { commit: third } });
  expect(await git.promote('acme', { commit: first.slice(0, 10), by: 'ada' })).toMatchObject({
    current: { commit: first },
  });
  expect(changes).toHaveLength(5);
  expect(await codeOf(git.promote('acme', { commit: 'abcdef0123', by: 'ada' }))).toBe('GIT_COMMIT_UNKNOWN');
});

test.each([
  [
    'capabilities',
    { 'plugin.json': manifest('one', { version: '2.0.0', capabilities: { network: { why: 'calls home' } } }) },
  ],
  ['breaking', { 'send.yaml': template('send', 'text: { type: str }, to: { type: str }') }],
])('automatic promotion waits for a person: %s', async (why, files) => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const first = repo.commit({ 'x/plugin.json': manifest('other'), 'send.yaml': template('send') });
  const git = await shop.sources({ git: repo.url, sync: { promote: 'auto' } });
  await git.sync('acme');
  const placed = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name === 'plugin.json' ? 'y/plugin.json' : name, text!]),
  );
  repo.commit(placed);
  expect(await git.sync('acme')).toMatchObject({ state: 'waiting', why, current: { commit: first } });
});

test('history that was rewritten, or set back, is not promoted by itself', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const first = repo.commit({ 'send.yaml': template('send') });
  const second = repo.commit({ 'get.yaml': template('get') });
  const git = await shop.sources({ git: repo.url, sync: { promote: 'auto' } });
  await git.sync('acme');
  repo.git('reset', '--quiet', '--hard', first);
  expect(await git.sync('acme')).toMatchObject({
    why: 'rewritten',
    current: { commit: second },
    candidate: { commit: first },
  });
  const other = repo.commit({ 'new.yaml': template('new') });
  expect(await git.sync('acme')).toMatchObject({
    why: 'rewritten',
    current: { commit: second },
    candidate: { commit: other },
  });
});

test('branches, tags and commits can be named; what is not there is told with what was meant', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const first = repo.commit({ 'send.yaml': template('send') });
  repo.git('tag', 'v1');
  repo.git('tag', 'both');
  repo.git('branch', 'both');
  repo.git('update-ref', 'refs/heads/-x', first);
  repo.commit({ 'get.yaml': template('get') });
  for (const ref of ['v1', 'refs/tags/v1', first, 'refs/heads/-x']) {
    const git = await shop.sources({ git: repo.url, ref }, 'acme');
    expect(await git.sync('acme')).toMatchObject({ candidate: { commit: first } });
  }
  await expect((await shop.sources({ git: repo.url, ref: 'mian' })).sync('acme')).rejects.toMatchObject({
    code: 'GIT_REF_NOT_FOUND',
    message: expect.stringContaining('Did you mean `main`?'),
  });
  await expect((await shop.sources({ git: repo.url, ref: 'both' })).sync('acme')).rejects.toMatchObject({
    code: 'GIT_REF_NOT_FOUND',
    message: expect.stringContaining('is a branch and a tag'),
  });
});

test('what cannot be done is told by its code, and what is in use stays', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const commit = repo.commit({ 'plugins/one/plugin.json': manifest('one') });
  const git = await shop.sources({ git: repo.url, sync: { promote: 'auto' } });
  expect(await codeOf(git.promote('acme', { by: 'ada' }))).toBe('GIT_NOTHING_TO_PROMOTE');
  expect(await codeOf(git.rollback('acme', { by: 'ada' }))).toBe('GIT_NOTHING_BEFORE');
  expect(await codeOf(git.status('acne'))).toBe('GIT_SOURCE_NOT_FOUND');
  await git.sync('acme');
  await expect(git.plugins.resolve('acme/plugins/on', never)).rejects.toMatchObject({
    code: 'PLUGIN_SOURCE_NOT_FOUND',
    message: expect.stringContaining('`plugins/one`'),
  });
  shop.run('mv', [repo.folder, `${repo.folder}-gone`]);
  expect(await codeOf(git.sync('acme'))).toBe('GIT_REPOSITORY_NOT_FOUND');
  expect(await git.status('acme')).toMatchObject({
    state: 'unreachable',
    current: { commit },
    error: { code: 'GIT_REPOSITORY_NOT_FOUND', remedy: expect.any(String) },
  });
  const other = await shop.sources({ git: repo.url.replace('repo.git', 'repo.git-gone'), subdir: 'nowhere' }, 'other');
  expect(await codeOf(other.sync('other'))).toBe('GIT_SUBDIR_MISSING');
});

test('a commit with faults is refused with every place, and what is in use stays', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const first = repo.commit({ 'send.yaml': template('send') });
  for (const promote of ['auto', 'manual']) {
    const git = await shop.sources({ git: repo.url, ...(promote === 'auto' && { sync: { promote } }) });
    if (promote === 'auto') await git.sync('acme');
    const faulty = repo.commit({
      'a/plugin.json': manifest('one'),
      'b/plugin.json': manifest('one'),
      'c/plugin.json': manifest('two'),
      'd/plugin.json': '{',
      'more/send.yaml': template('send'),
      'bad.yaml': template('bad').replace('title: bad', 'titel: bad'),
    });
    await expect(git.sync('acme')).rejects.toMatchObject({
      code: 'GIT_COMMIT_FAULTY',
      message: expect.stringMatching(/d\/plugin\.json:1:\d+.*bad\.yaml:\d+:\d+.*send\.yaml:3:9/s),
      facts: { position: { file: expect.any(String), line: expect.any(Number) } },
    });
    expect(await git.status('acme')).toMatchObject({
      state: 'refused',
      why: 'problems',
      current: { commit: first },
      candidate: { commit: faulty },
      error: { code: 'GIT_COMMIT_FAULTY' },
    });
    const codes = (await git.diff('acme')).problems.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['GIT_CONTENT_CLASH', 'ACTION_DUPLICATE', 'PLUGIN_MANIFEST_INVALID']));
    expect(await codeOf(git.promote('acme', { by: 'ada' }))).toBe('GIT_COMMIT_FAULTY');
    expect(await git.contents('acme')).toMatchObject([{ id: 'acme' }]);
  }
});

test('templates may call each other and what plugins of their commit bring; other calls must be right', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const calling = (name: string, action: string) => template(name).replace('core.transform.reshape', action);
  const good = {
    'one/plugin.json': manifest('one'),
    'send.yaml': template('send'),
    'relay.yaml': calling('relay', 'tools.acme.send').replace('args: { value:', 'args: { text:'),
    'act.yaml': calling('act', 'tools.one.act'),
  };
  const registry = createActionRegistry();
  registry.add(fakeAction('core.transform.reshape'));
  const git = await shop.sources({ git: repo.url }, 'acme', { actions: registry });
  repo.commit(good);
  await git.sync('acme');
  registry.add(fakeAction('tools.acme.mine'));
  repo.commit({ 'mine.yaml': template('mine'), 'odd.yaml': calling('odd', 'core.transform.reshap') });
  await expect(git.sync('acme')).rejects.toMatchObject({
    code: 'GIT_COMMIT_FAULTY',
    message: expect.stringMatching(/mine\.yaml:3:9.*GIT_NAME_TAKEN.*odd\.yaml:9:\d+.*TEMPLATE_ACTION_UNKNOWN/s),
  });
});

test('of two hosts that move a source at the same time one is told to look again', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  repo.commit({ 'send.yaml': template('send') });
  const rows = memoryRows();
  const states = (name: string) => sharedStates(async () => rows, fileStates(join(shop.path, name)));
  const one = await shop.sources({ git: repo.url }, 'acme', { states: states('one'), folder: join(shop.path, 'one') });
  const two = await shop.sources({ git: repo.url }, 'acme', { states: states('two'), folder: join(shop.path, 'two') });
  await one.sync('acme');
  expect(await two.status('acme')).toMatchObject({ state: 'waiting' });
  const both = await Promise.allSettled([one.promote('acme', { by: 'ada' }), two.promote('acme', { by: 'bob' })]);
  const lost = both.filter(({ status }) => status === 'rejected');
  expect(lost.length === 0 || (lost[0] as PromiseRejectedResult).reason.code === 'GIT_SOURCE_MOVED').toBe(true);
  rows.interfere = true;
  expect(await codeOf(two.sync('acme'))).toBe('GIT_SOURCE_MOVED');
});

test('folders bound what is used, and what a killed process left is removed', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  repo.commit({ 'actions/send.yaml': template('send'), 'drafts/bad.yaml': 'type: action\n' });
  const setting = { git: repo.url, folders: ['actions/'] };
  const git = await shop.sources(setting);
  await git.sync('acme');
  const left = ['mirror.git/shallow.lock', 'mirror.git/objects/pack/tmp_pack_x', 'commits/.tmp-x/tree/a'];
  for (const name of left) shop.write(`data/acme/${name}`, '');
  const again = await shop.sources(setting);
  expect(left.filter((name) => existsSync(join(shop.path, 'data/acme', name)))).toEqual([]);
  repo.commit({ 'actions/get.yaml': template('get') });
  expect(await again.sync('acme')).toMatchObject({ state: 'waiting', pending: '1 added, 2 files' });
});

test('a call of the Git server counts when it knows the secret', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const commit = repo.commit({ 'send.yaml': template('send') });
  shop.secrets.set('env:HOOK', 'hush');
  const git = await shop.sources({ git: repo.url, sync: { webhook: 'env:HOOK' } });
  const body = Buffer.from('{}');
  expect(await codeOf(git.prove('acme', { headers: {}, body }))).toBe('GIT_WEBHOOK_REFUSED');
  expect(await codeOf(git.prove('acme', { headers: { 'x-gitlab-token': 'wrong' }, body }))).toBe('GIT_WEBHOOK_REFUSED');
  const signature = shop.run('sh', ['-c', "printf '{}' | openssl dgst -sha256 -hmac hush -r | cut -d' ' -f1"]);
  await git.prove('acme', { headers: { 'x-hub-signature-256': `sha256=${signature}` }, body });
  git.syncSoon('acme');
  await expect.poll(() => git.status('acme')).toMatchObject({ state: 'waiting', candidate: { commit } });
  await git.prove('acme', { headers: { 'x-gitlab-token': 'hush' }, body });
});
