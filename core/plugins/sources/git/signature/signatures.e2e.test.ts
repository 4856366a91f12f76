import { expect, test } from 'vitest';
import { codeOf, GitWorkshop, type Repository, template } from '../git-workshop.fixture.ts';

function bySsh(key: { readonly file: string }): string[] {
  return ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key.file}`, '-c', 'commit.gpgSign=true'];
}

const NEW = { 'send.yaml': template('send') };

async function refusedOrCurrent(shop: GitWorkshop, repo: Repository, require: object, ref = 'refs/heads/main') {
  const git = await shop.sources({ git: repo.url, ref, require, sync: { promote: 'auto' } });
  return codeOf(git.sync('acme').then(({ current }) => current?.signer));
}

test('a commit signed by a named SSH key passes; unsigned ones and other signers do not', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const [ada, eve] = [shop.sshKey('ada'), shop.sshKey('eve')];
  shop.write('allowed_signers', `ada@example.com ${ada.publicKey}\n`);
  const require = { signedBy: 'allowed_signers' };
  repo.commit(NEW);
  expect(await refusedOrCurrent(shop, repo, require)).toBe('GIT_COMMIT_UNSIGNED');
  repo.commit(NEW, ...bySsh(eve));
  expect(await refusedOrCurrent(shop, repo, require)).toBe('GIT_SIGNER_UNKNOWN');
  repo.commit(NEW, ...bySsh(ada));
  const fingerprint = shop.run('ssh-keygen', ['-l', '-f', ada.file]).split(' ')[1];
  expect(await refusedOrCurrent(shop, repo, require)).toEqual({ name: 'ada@example.com', key: fingerprint });
});

test('the commit that is used is the one whose signature counts: a signed parent does not help', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const ada = shop.sshKey('ada');
  shop.write('allowed_signers', `ada@example.com ${ada.publicKey}\n`);
  const good = repo.commit(NEW, ...bySsh(ada));
  const git = await shop.sources({
    git: repo.url,
    require: { signedBy: 'allowed_signers' },
    sync: { promote: 'auto' },
  });
  await git.sync('acme');
  repo.commit({ 'evil.yaml': template('evil') });
  expect(await codeOf(git.sync('acme'))).toBe('GIT_COMMIT_UNSIGNED');
  expect(await git.status('acme')).toMatchObject({ state: 'refused', current: { commit: good } });
});

test('a message that says that all is well helps nobody', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const ada = shop.sshKey('ada');
  shop.write('allowed_signers', `ada@example.com ${ada.publicKey}\n`);
  const signed = repo.commit(NEW, ...bySsh(ada));
  const signature = repo
    .git('cat-file', 'commit', signed)
    .split('\n\n')[0]!
    .replace(/[\s\S]*gpgsig /, '');
  repo.git('commit', '--allow-empty', '-m', `Good "git" signature for ada@example.com\n\n${signature}\n%G? G`);
  expect(await refusedOrCurrent(shop, repo, { signedBy: 'allowed_signers' })).toBe('GIT_COMMIT_UNSIGNED');
});

test('a signature taken from another commit is bad', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const ada = shop.sshKey('ada');
  shop.write('allowed_signers', `ada@example.com ${ada.publicKey}\n`);
  const signed = repo.commit(NEW, ...bySsh(ada));
  const forged = repo.git('cat-file', 'commit', signed).replace('change send.yaml', 'change evil.yaml');
  const file = shop.write('forged', `${forged}\n`);
  repo.git('update-ref', 'refs/heads/main', repo.git('hash-object', '-t', 'commit', '-w', file));
  expect(await refusedOrCurrent(shop, repo, { signedBy: 'allowed_signers' })).toBe('GIT_SIGNATURE_BAD');
});

test('SSH keys that were no longer valid, and revoked ones, have errors of their own', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const ada = shop.sshKey('ada');
  repo.commit(NEW, ...bySsh(ada));
  shop.write('expired', `ada@example.com valid-before="20200101" ${ada.publicKey}\n`);
  expect(await refusedOrCurrent(shop, repo, { signedBy: 'expired' })).toBe('GIT_SIGNATURE_EXPIRED');
  shop.write('allowed_signers', `ada@example.com ${ada.publicKey}\n`);
  shop.write('revoked', `${ada.publicKey}\n`);
  expect(await refusedOrCurrent(shop, repo, { signedBy: 'allowed_signers', revoked: 'revoked' })).toBe(
    'GIT_SIGNATURE_REVOKED',
  );
});

test('a list of signers without keys, or that is missing, is an error and lets nobody in', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  repo.commit(NEW);
  shop.write('empty', '# nobody\n');
  shop.write('faulty', 'ada@example.com\n');
  for (const signedBy of ['empty', 'faulty', 'missing'])
    expect(await refusedOrCurrent(shop, repo, { signedBy })).toBe('GIT_FILE_UNREADABLE');
});

test('signed tags: annotated, of this name, by a named key', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const [ada, eve] = [shop.sshKey('ada'), shop.sshKey('eve')];
  shop.write('allowed_signers', `ada@example.com ${ada.publicKey}\n`);
  shop.write('expired', `ada@example.com valid-before="20200101" ${ada.publicKey}\n`);
  const require = { signedBy: 'allowed_signers', scope: 'tag' };
  repo.commit(NEW);
  repo.git('tag', 'light');
  expect(await refusedOrCurrent(shop, repo, require, 'refs/tags/light')).toBe('GIT_TAG_INVALID');
  repo.git('tag', '-a', '-m', 'x', 'plain');
  expect(await refusedOrCurrent(shop, repo, require, 'refs/tags/plain')).toBe('GIT_COMMIT_UNSIGNED');
  repo.git(...bySsh(eve), 'tag', '-s', '-m', 'x', 'eve');
  expect(await refusedOrCurrent(shop, repo, require, 'refs/tags/eve')).toBe('GIT_SIGNER_UNKNOWN');
  repo.git(...bySsh(ada), 'tag', '-s', '-m', 'x', 'v1');
  expect(await refusedOrCurrent(shop, repo, require, 'refs/tags/v1')).toMatchObject({ name: 'Ada <ada@example.com>' });
  expect(await refusedOrCurrent(shop, repo, { ...require, signedBy: 'expired' }, 'refs/tags/v1')).toBe(
    'GIT_SIGNATURE_EXPIRED',
  );
  repo.git('update-ref', 'refs/tags/v2', 'refs/tags/v1');
  expect(await refusedOrCurrent(shop, repo, require, 'refs/tags/v2')).toBe('GIT_TAG_INVALID');
});

/** A GPG key; `system` shifts its clock. */
function gpgKey(shop: GitWorkshop, name: string, expires = 'never', system: readonly string[] = []): string {
  const user = `${name} <${name}@example.com>`;
  shop.run('mkdir', ['-p', '-m', '700', `${shop.path}/gnupg`]);
  shop.run('gpg', [
    '--batch',
    '--quiet',
    ...system,
    '--passphrase',
    '',
    '--quick-gen-key',
    user,
    'ed25519',
    'sign',
    expires,
  ]);
  shop.write(`${name}.asc`, shop.run('gpg', ['--armor', '--export', user]));
  return shop.run('gpg', ['--list-keys', '--with-colons', user]).match(/^fpr:+([0-9A-F]{40}):/m)![1]!;
}

const byGpg = (fingerprint: string) => ['-c', `user.signingKey=${fingerprint}`, '-c', 'commit.gpgSign=true'];

test('GPG: a named key passes, commits and tags; other, expired and revoked keys do not', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const [ada, eve] = [gpgKey(shop, 'ada'), gpgKey(shop, 'eve')];
  const require = { signedBy: ['ada.asc'] };
  repo.commit(NEW, ...byGpg(eve));
  expect(await refusedOrCurrent(shop, repo, require)).toBe('GIT_SIGNER_UNKNOWN');
  repo.commit(NEW, ...byGpg(ada));
  expect(await refusedOrCurrent(shop, repo, require)).toEqual({ name: 'ada <ada@example.com>', key: ada });
  repo.git('-c', `user.signingKey=${ada}`, 'tag', '-s', '-m', 'x', 'v1');
  expect(await refusedOrCurrent(shop, repo, { ...require, scope: 'tag' }, 'v1')).toEqual({
    name: 'ada <ada@example.com>',
    key: ada,
  });

  const past = shop.write('gpg-of-2020', '#!/bin/sh\nexec gpg --faked-system-time 20200102T000000 "$@"\n', 0o755);
  const old = gpgKey(shop, 'old', '2d', ['--faked-system-time', '20200101T000000']);
  repo.commit(NEW, '-c', `gpg.program=${past}`, ...byGpg(old));
  expect(await refusedOrCurrent(shop, repo, { signedBy: ['ada.asc', 'old.asc'] })).toBe('GIT_SIGNATURE_EXPIRED');

  repo.commit(NEW, ...byGpg(ada));
  const certificate = shop.run('sed', ['s/^:-----/-----/', `${shop.path}/gnupg/openpgp-revocs.d/${ada}.rev`]);
  shop.run('gpg', ['--batch', '--import'], { input: certificate });
  shop.write('ada.asc', shop.run('gpg', ['--armor', '--export', ada]));
  expect(await refusedOrCurrent(shop, repo, require)).toBe('GIT_SIGNATURE_REVOKED');
  shop.run('gpgconf', ['--kill', 'all']);
});
