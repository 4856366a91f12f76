import sshpk from 'sshpk';
import type { KeyValues, SecretFacts } from './secret-facts.ts';

export type SshKeyFacts = Pick<SecretFacts, 'publicKey' | 'fingerprint'>;

/** The public half of a private key in PEM or OpenSSH's format. A text in place of it says what is wrong, without the key. */
export function sshKeyFacts({ PRIVATE_KEY, PASSPHRASE }: KeyValues): SshKeyFacts | string {
  try {
    const options = PASSPHRASE === undefined ? {} : { passphrase: PASSPHRASE };
    const key = sshpk.parsePrivateKey(PRIVATE_KEY!, 'auto', options).toPublic();
    key.comment = '';
    return { publicKey: key.toString('ssh').trim(), fingerprint: key.fingerprint('sha256').toString() };
  } catch (error) {
    if (error instanceof sshpk.KeyEncryptedError) return '`PRIVATE_KEY` is encrypted: give its `PASSPHRASE`';
    return PASSPHRASE === undefined
      ? '`PRIVATE_KEY` is no private key in PEM or OpenSSH format'
      : '`PRIVATE_KEY` is no private key that `PASSPHRASE` opens';
  }
}
