import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../../errors/catalogue.ts';
import { runTool } from './run-tool.ts';

/** The public side of a key, as people compare it. */
export interface SshKeyName {
  /** `ED25519`, `ECDSA`, `RSA`. */
  readonly type: string;
  /** `SHA256:…`. */
  readonly fingerprint: string;
}

const TYPES = ['ED25519', 'ECDSA', 'RSA'];

/**
 * Writes the private key where only this user can read it, and says which it is. Line ends and the last line break, which secret stores
 * often lose, are put right. Throws GIT_SSH_KEY_INVALID, GIT_TOOL_MISSING.
 */
export async function placeSshKey(
  source: string,
  secret: string,
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
): Promise<SshKeyName & { readonly file: string }> {
  const file = join(folder, 'key');
  await writeFile(file, `${secret.replaceAll('\r\n', '\n').trim()}\n`, { mode: 0o600, flag: 'wx' });
  // `-y` reads the private part, so that a passphrase shows; its answer is the public key.
  const made = await runTool('ssh-keygen', ['-y', '-P', '', '-f', file], { env, cwd: folder });
  if (made.missing) throw raise.GIT_TOOL_MISSING({ source, tool: 'ssh-keygen', problem: 'is not installed' });
  if (made.code !== 0) throw raise.GIT_SSH_KEY_INVALID({ source, problem: problemOf(secret, made.stderr) });
  const shown = join(folder, 'key.pub');
  await writeFile(shown, made.stdout, { mode: 0o600 });
  const { stdout } = await runTool('ssh-keygen', ['-l', '-f', shown], { env, cwd: folder });
  const [, bits, fingerprint, type] = /^(\d+) (SHA256:\S+) .*\(([\w-]+)\)\s*$/.exec(stdout) ?? [];
  if (fingerprint === undefined || type === undefined)
    throw raise.GIT_SSH_KEY_INVALID({ source, problem: 'cannot be read' });
  if (!TYPES.includes(type))
    throw raise.GIT_SSH_KEY_INVALID({ source, problem: `is of the type ${type}, which is not used` });
  if (type === 'RSA' && Number(bits) < 2048)
    throw raise.GIT_SSH_KEY_INVALID({ source, problem: `is RSA with only ${bits} bits` });
  return { file, type, fingerprint };
}

function problemOf(secret: string, stderr: string): string {
  if (/passphrase/i.test(stderr)) return 'is locked with a passphrase';
  if (/^(?:ssh-|ecdsa-)\S+ /.test(secret.trim())) return 'is a public key; the private one is needed';
  if (!secret.includes('PRIVATE KEY-----')) return 'is not a private key (`-----BEGIN … PRIVATE KEY-----`)';
  return 'cannot be read: it is damaged, or of a type that is not used';
}
