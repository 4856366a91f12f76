import { Worker } from 'node:worker_threads';
import sshpk from 'sshpk';
import type { KeyValues, SecretFacts } from './secret-facts.ts';

export type SshKeyFacts = Pick<SecretFacts, 'publicKey' | 'fingerprint'>;

/** Whoever encrypts a key says how much work opening it is. */
const OPENING_MS = 10_000;

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

/** The same; a key with a passphrase is opened beside this thread, and for so long at most. */
export async function openedSshKeyFacts(values: KeyValues): Promise<SshKeyFacts | string> {
  if (values['PASSPHRASE'] === undefined) return sshKeyFacts(values);
  const worker = new Worker(new URL('./ssh-key-worker.ts', import.meta.url), { workerData: values });
  const { promise, resolve } = Promise.withResolvers<SshKeyFacts | string>();
  const timer = setTimeout(
    () => resolve(`\`PRIVATE_KEY\` takes longer than ${OPENING_MS / 1000} s to open: encrypt it with fewer rounds`),
    OPENING_MS,
  );
  worker.once('message', resolve).once('error', () => resolve('`PRIVATE_KEY` cannot be opened'));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
