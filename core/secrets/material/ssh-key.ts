import { Worker } from 'node:worker_threads';
import type { KeyValues } from './secret-facts.ts';
import type { SshKeyFacts } from './ssh-key-facts.ts';

/** Whoever encrypts a key says how much work opening it is. */
const OPENING_MS = 10_000;

/** The public half of a private key; one with a passphrase is opened beside this thread, and for so long at most. A text says what is wrong. */
export async function openedSshKeyFacts(values: KeyValues): Promise<SshKeyFacts | string> {
  if (values['PASSPHRASE'] === undefined) return (await import('./ssh-key-facts.ts')).sshKeyFacts(values);
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
