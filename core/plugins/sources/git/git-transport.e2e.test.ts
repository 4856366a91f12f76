import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pem, serveTls } from '../../../network/local-server.fixture.ts';
import { gitOverHttps, SSHD, sshServer } from './git-servers.fixture.ts';
import { codeOf, GitWorkshop, template } from './git-workshop.fixture.ts';

const NEW = { 'send.yaml': template('send') };

function workshop(): GitWorkshop {
  const shop = new GitWorkshop();
  shop.write('ca.pem', pem('ca.pem'));
  shop.secrets.set('secret:git.password', 'letmein').set('secret:git.wrong', 'hunter2-hunter2');
  return shop;
}

const basic = (password = 'secret:git.password') => ({ basic: { user: 'ada', password } });

test('https with user and password brings a commit over', async () => {
  await using shop = workshop();
  const commit = shop.repository().commit(NEW);
  await using server = await gitOverHttps(shop);
  const git = await shop.sources({ git: `${server.url}/repo.git`, ca: 'ca.pem', auth: basic() });
  expect(await git.sync('acme')).toMatchObject({ candidate: { commit } });
});

test('a wrong password, none, an unknown repository, and an unknown authority are told apart; no secret is shown', async () => {
  await using shop = workshop();
  shop.repository().commit(NEW);
  await using server = await gitOverHttps(shop);
  const url = `${server.url}/repo.git`;
  const attempt = async (given: object) => {
    const git = await shop.sources({ ca: 'ca.pem', ...given });
    const error = await git.sync('acme').catch((thrown: unknown) => thrown);
    const shown = JSON.stringify([error, (error as Error).message, await git.status('acme')]);
    expect(shown).not.toMatch(/hunter2|letmein|YWRh/);
    return (error as { code: string }).code;
  };
  expect(await attempt({ git: url, auth: basic('secret:git.wrong') })).toBe('GIT_LOGIN_REFUSED');
  expect(await attempt({ git: url })).toBe('GIT_LOGIN_REFUSED');
  expect(await attempt({ git: url, auth: basic('secret:git.missing') })).toBe('GIT_SECRET_MISSING');
  expect(await attempt({ git: `${server.url}/nothing.git`, auth: basic() })).toBe('GIT_REPOSITORY_NOT_FOUND');
  expect(await attempt({ git: url, auth: basic(), ca: undefined })).toBe('GIT_UNREACHABLE');
  expect(await attempt({ git: 'https://127.0.0.1:1/repo.git' })).toBe('GIT_UNREACHABLE');
});

test('a redirect is not followed, and the credential goes nowhere else', async () => {
  await using shop = workshop();
  const seen: unknown[] = [];
  await using other = await serveTls((request, response) => {
    seen.push(request.headers.authorization);
    response.end();
  });
  await using server = await serveTls((request, response) => {
    response.writeHead(302, { location: `${other.url}${request.url}` }).end();
  });
  const git = await shop.sources({ git: `${server.url}/repo.git`, ca: 'ca.pem', auth: basic() });
  expect(await codeOf(git.sync('acme'))).toBe('GIT_REDIRECT_REFUSED');
  expect(seen).toEqual([]);
});

test('a server that never answers is left at the deadline, and the next attempt works', async () => {
  await using shop = workshop();
  const commit = shop.repository().commit(NEW);
  await using silent = await serveTls(() => {});
  const git = await shop.sources({ git: `${silent.url}/repo.git`, ca: 'ca.pem', limits: { seconds: 1 } });
  expect(await codeOf(git.sync('acme'))).toBe('GIT_TIMEOUT');
  await using server = await gitOverHttps(shop);
  const again = await shop.sources({ git: `${server.url}/repo.git`, ca: 'ca.pem', auth: basic() });
  expect(await again.sync('acme')).toMatchObject({ candidate: { commit } });
  expect(readdirSync(join(shop.path, 'data', '.work'))).toEqual([]);
});

test('a server that sends nonsense changes nothing', async () => {
  await using shop = workshop();
  const repo = shop.repository();
  const commit = repo.commit(NEW);
  await using real = await gitOverHttps(shop);
  const good = await shop.sources({
    git: `${real.url}/repo.git`,
    ca: 'ca.pem',
    auth: basic(),
    sync: { promote: 'auto' },
  });
  await good.sync('acme');
  await using nonsense = await serveTls((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.end('001e# service=git-upload-pack\n0000000eversion 9\n');
  });
  const git = await shop.sources({ git: `${nonsense.url}/repo.git`, ca: 'ca.pem' });
  expect(await codeOf(git.sync('acme'))).toMatch(/^GIT_(UNREACHABLE|REPOSITORY_BROKEN|REPOSITORY_NOT_FOUND)$/);
  expect(await git.status('acme')).toMatchObject({ state: 'unreachable', current: { commit } });
});

test.each([
  ['hangs', 'GIT_TIMEOUT'],
  ['goes away', 'GIT_REPOSITORY_BROKEN'],
] as const)('a server that %s in the middle of a pack changes nothing, and what was started ends', async (how, code) => {
  await using shop = workshop();
  const repo = shop.repository();
  const first = repo.commit(NEW);
  await using real = await gitOverHttps(shop);
  const auth = { ca: 'ca.pem', auth: basic(), sync: { promote: 'auto' } };
  await (await shop.sources({ git: `${real.url}/repo.git`, ...auth })).sync('acme');
  repo.commit({ 'noise.txt': randomBytes(400_000).toString('hex') });
  await using faulty = await gitOverHttps(shop, (sent, response) => {
    if (sent < 100_000) return 'go on';
    if (how === 'goes away') response.destroy();
    return 'hold';
  });
  const git = await shop.sources({ git: `${faulty.url}/repo.git`, ...auth, limits: { seconds: 3 } });
  expect(await codeOf(git.sync('acme'))).toBe(code);
  expect(await git.status('acme')).toMatchObject({ current: { commit: first }, error: { code } });
  const packs = readdirSync(join(shop.path, 'data/acme/mirror.git/objects/pack'));
  expect(packs.filter((name) => name.startsWith('tmp_'))).toEqual([]);
  const processes = () =>
    shop
      .run('ps', ['-eo', 'args'])
      .split('\n')
      .filter((line) => line.includes(`127.0.0.1:${faulty.port}/`));
  // The helper that git started for https ends when nothing has come for a while.
  await expect.poll(processes, { timeout: 40_000 }).toEqual([]);
});

if (SSHD === undefined && process.env['BACKPLANE_TEST_REQUIRE']?.split(',').includes('sshd'))
  throw new Error('BACKPLANE_TEST_REQUIRE asks for sshd, and there is none: install openssh-server');

const overSsh = test.runIf(SSHD !== undefined);
if (SSHD === undefined) test.skip('ssh: skipped, this machine has no sshd (Debian: openssh-server)', () => {});

overSsh.each([
  ['ed25519', []],
  ['ecdsa', []],
  ['rsa', ['-b', '3072']],
])('ssh with a key of the type %s brings a commit over', async (type, more) => {
  await using shop = workshop();
  const commit = shop.repository().commit(NEW);
  const key = shop.sshKey('ada', type, ...more);
  await using server = await sshServer(shop, key.publicKey);
  shop.write('known_hosts', server.hostLine);
  const url = `ssh://${server.user}@127.0.0.1:${server.port}${shop.path}/repositories/repo.git`;
  const git = await shop.sources({ git: url, auth: { sshKey: 'secret:keys.ada', knownHosts: 'known_hosts' } });
  expect(await git.sync('acme')).toMatchObject({ candidate: { commit } });
  expect(readdirSync(join(shop.path, 'data', '.work'))).toEqual([]);
});

overSsh(
  'a key that the server does not know, an unknown and a changed host key are told with type and fingerprint',
  async () => {
    await using shop = workshop();
    shop.repository().commit(NEW);
    const [ada, eve] = [shop.sshKey('ada'), shop.sshKey('eve')];
    await using server = await sshServer(shop, ada.publicKey);
    const url = `ssh://${server.user}@127.0.0.1:${server.port}${shop.path}/repositories/repo.git`;
    const attempt = async (sshKey: string, knownHosts: string) => {
      shop.write('known_hosts', knownHosts);
      const git = await shop.sources({ git: url, auth: { sshKey, knownHosts: 'known_hosts' } });
      return git.sync('acme').then(
        () => undefined,
        (error: { code: string; message: string }) => error,
      );
    };
    const shown = (file: string) => shop.run('ssh-keygen', ['-l', '-f', file]).split(' ')[1]!;
    const refused = await attempt('secret:keys.eve', server.hostLine);
    expect(refused).toMatchObject({
      code: 'GIT_SSH_KEY_REFUSED',
      message: expect.stringContaining(`ED25519 key ${shown(eve.file)}`),
    });
    const unknown = await attempt('secret:keys.ada', '');
    expect(unknown).toMatchObject({
      code: 'GIT_HOST_KEY_REFUSED',
      message: expect.stringContaining(server.fingerprint),
    });
    const [type, body] = eve.publicKey.split(' ');
    const changed = await attempt('secret:keys.ada', `[127.0.0.1]:${server.port} ${type} ${body}\n`);
    expect(changed).toMatchObject({
      code: 'GIT_HOST_KEY_REFUSED',
      message: expect.stringContaining('is not the one in `knownHosts`'),
    });
  },
);

test('keys that cannot be used are refused before anybody is asked', async () => {
  await using shop = workshop();
  shop.write('known_hosts', '');
  shop.sshKey('weak', 'rsa', '-b', '1024');
  shop.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'locked-it-is', '-f', join(shop.path, 'locked')]);
  shop.secrets.set('secret:keys.locked', readFileSync(join(shop.path, 'locked'), 'utf8'));
  shop.secrets.set('secret:keys.public', shop.sshKey('other').publicKey).set('secret:keys.text', 'no key');
  for (const [name, problem] of [
    ['weak', 'RSA with only 1024 bits'],
    ['locked', 'passphrase'],
    ['public', 'is a public key'],
    ['text', 'is not a private key'],
  ] as const) {
    const auth = { sshKey: `secret:keys.${name}`, knownHosts: 'known_hosts' };
    const git = await shop.sources({ git: 'git@127.0.0.1:repo.git', auth });
    await expect(git.sync('acme')).rejects.toMatchObject({
      code: 'GIT_SSH_KEY_INVALID',
      message: expect.stringContaining(problem),
    });
  }
});

test('a machine without git says so', async () => {
  await using shop = workshop();
  const before = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    const git = await shop.sources({ git: 'https://127.0.0.1/repo.git' });
    expect(await codeOf(git.sync('acme'))).toBe('GIT_TOOL_MISSING');
  } finally {
    process.env['PATH'] = before;
  }
});
