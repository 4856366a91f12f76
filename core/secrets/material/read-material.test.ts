import { generateKeyPairSync } from 'node:crypto';
import sshpk from 'sshpk';
import { describe, expect, test } from 'vitest';
import { secretEntry } from '../store/secret-entry.ts';
import { type Material, readMaterial } from './read-material.ts';

const pem = (type: 'ed25519' | 'rsa') => {
  const options = {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  };
  const made = generateKeyPairSync(type as 'rsa', { ...options, modulusLength: 2048 } as never);
  return (made as unknown as { privateKey: string }).privateKey;
};
const ed25519 = sshpk.parsePrivateKey(pem('ed25519'), 'auto');
const rsa = pem('rsa');
const certificate = (lifetime: number, common = 'client') =>
  sshpk
    .createSelfSignedCertificate(sshpk.identityForHost(common), sshpk.parsePrivateKey(rsa, 'auto'), { lifetime })
    .toString('pem');
const facts = (read: Material) => ('facts' in read ? read.facts : undefined);
const problems = (read: Material) => ('problems' in read ? read.problems.join('; ') : '');

describe('an SSH key', () => {
  test.each([
    ['OpenSSH', () => ed25519.toString('openssh')],
    ['PEM', () => ed25519.toString('pkcs8')],
  ])('in %s format shows its public half and fingerprint', async (_format, text) => {
    const read = await readMaterial('ssh_key', { PRIVATE_KEY: text().trimEnd() });
    expect(facts(read)).toMatchObject({
      publicKey: expect.stringMatching(/^ssh-ed25519 [A-Za-z0-9+/=]+$/),
      fingerprint: ed25519.fingerprint('sha256').toString(),
      keys: ['PRIVATE_KEY'],
    });
    expect('values' in read && read.values['PRIVATE_KEY']?.endsWith('-----\n')).toBe(true);
  });

  test('that is encrypted needs its passphrase', async () => {
    const PRIVATE_KEY = ed25519.toString('openssh', { passphrase: 'open sesame' } as never);
    expect(problems(await readMaterial('ssh_key', { PRIVATE_KEY }))).toContain('PASSPHRASE');
    expect(problems(await readMaterial('ssh_key', { PRIVATE_KEY, PASSPHRASE: 'wrong' }))).toContain('no private key');
    expect(facts(await readMaterial('ssh_key', { PRIVATE_KEY, PASSPHRASE: 'open sesame' }))?.fingerprint).toBe(
      ed25519.fingerprint('sha256').toString(),
    );
  });

  test('that is none is refused without being shown', async () => {
    const said = problems(await readMaterial('ssh_key', { PRIVATE_KEY: 'hunter22', OTHER: 'x' }));
    expect(said).toContain('no `OTHER`');
    expect(problems(await readMaterial('ssh_key', { PRIVATE_KEY: 'hunter22' }))).toBe(
      '`PRIVATE_KEY` is no private key in PEM or OpenSSH format',
    );
  });
});

describe('a certificate', () => {
  test('shows whose it is and when it ends', async () => {
    const read = await readMaterial('mtls', { TLS_CERTIFICATE: certificate(86_400), TLS_PRIVATE_KEY: rsa });
    expect(facts(read)).toMatchObject({
      subject: expect.stringContaining('client'),
      expiresAt: expect.stringMatching(/^20/),
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}/),
    });
  });

  test('needs its own private key', async () => {
    const other = pem('rsa');
    expect(
      problems(await readMaterial('mtls', { TLS_CERTIFICATE: certificate(60), TLS_PRIVATE_KEY: other })),
    ).toContain('not the key');
    expect(problems(await readMaterial('mtls', { TLS_CERTIFICATE: certificate(60), TLS_PRIVATE_KEY: 'x' }))).toContain(
      'no private key',
    );
    expect(problems(await readMaterial('mtls', { TLS_CERTIFICATE: 'x', TLS_PRIVATE_KEY: rsa }))).toContain(
      'no certificate',
    );
    expect(problems(await readMaterial('mtls', { TLS_CERTIFICATE: certificate(60) }))).toContain(
      'needs `TLS_PRIVATE_KEY`',
    );
  });

  test('of several authorities the first to end counts, and one that has ended is warned of', async () => {
    const read = await readMaterial('ca_cert', {
      CA_CERTIFICATE: certificate(86_400 * 400, 'a') + certificate(3_600, 'b'),
    });
    const expiresAt = Date.parse(facts(read)!.expiresAt!);
    expect(expiresAt).toBeLessThan(Date.now() + 7_200_000);
    const row = {
      facts: JSON.stringify(facts(read)),
      created_at: new Date(),
      updated_at: new Date(),
      used_at: null,
    } as never;
    expect(secretEntry(row, expiresAt + 1).warning).toContain('has expired');
    expect(secretEntry(row, expiresAt - 1).warning).toContain('expires on');
    expect(problems(await readMaterial('ca_cert', { CA_CERTIFICATE: 'x' }))).toContain('no certificate');
  });
});
