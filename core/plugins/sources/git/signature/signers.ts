import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../../../errors/catalogue.ts';
import { namedFile } from '../named-file.ts';
import { runTool } from '../run-tool.ts';
import type { GitSourceSetting } from '../source-config.ts';
import { keyFingerprint } from './ssh-fingerprint.ts';

/** Who may sign for a source. */
export interface Signers {
  readonly allowedSignersFile?: string;
  readonly revokedFile?: string;
  /** Fingerprints of SSH keys that are named, valid at present or not, and of those that are revoked. */
  readonly sshKeys: ReadonlySet<string>;
  readonly revokedKeys: ReadonlySet<string>;
  /** Primary fingerprints of the GPG keys: 40 upper-case hex digits. */
  readonly gpgKeys: ReadonlySet<string>;
}

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Reads the files that `require` names; the GPG keys go into a keyring of this attempt. Throws GIT_FILE_UNREADABLE, GIT_TOOL_MISSING. */
export async function openSigners({ id: source, require }: GitSourceSetting, place: Place): Promise<Signers> {
  const ssh: string[] = [];
  const gpgKeys = new Set<string>();
  // Whoever is in this keyring was named by the administrator: no other trust is needed, and none is looked up.
  const gpgSettings = 'trust-model always\nno-auto-key-retrieve\nno-autostart\n';
  await writeFile(join(place.env['GNUPGHOME']!, 'gpg.conf'), gpgSettings, { mode: 0o600 });
  for (const file of require.signedBy) {
    const text = await namedFile(source, 'require.signedBy', file);
    if (!text.includes('-----BEGIN PGP')) ssh.push(checkedSigners(source, file, text));
    else for (const key of await importKeys(source, file, place)) gpgKeys.add(key);
  }
  const revokedText =
    require.revoked === undefined ? undefined : await namedFile(source, 'require.revoked', require.revoked);
  const allowedSignersFile = join(place.folder, 'allowed_signers');
  const revokedFile = join(place.folder, 'revoked');
  if (ssh.length > 0) await writeFile(allowedSignersFile, ssh.join('\n'), { mode: 0o600 });
  if (revokedText !== undefined) await writeFile(revokedFile, revokedText, { mode: 0o600 });
  return {
    ...(ssh.length > 0 && { allowedSignersFile }),
    ...(revokedText !== undefined && { revokedFile }),
    sshKeys: fingerprints(ssh.join('\n')),
    revokedKeys: fingerprints(revokedText ?? ''),
    gpgKeys,
  };
}

/** ssh-keygen skips what it cannot read, and then nobody may sign: rather say so. */
function checkedSigners(source: string, file: string, text: string): string {
  const used = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const faulty = text.split('\n').findIndex((line) => used.includes(line) && fingerprints(line).size === 0);
  const problem =
    used.length === 0
      ? 'names no key'
      : faulty !== -1
        ? `has no key in line ${faulty + 1} (expected \`who@example.com ssh-ed25519 AAAA…\`)`
        : undefined;
  if (problem === undefined) return text;
  throw raise.GIT_FILE_UNREADABLE({ source, setting: 'require.signedBy', file, problem });
}

function fingerprints(text: string): Set<string> {
  const keys = [...text.matchAll(/(?:^|\s)(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+ +(AAAA[A-Za-z0-9+/]+={0,2})/gm)];
  return new Set(keys.map(([, body]) => keyFingerprint(Buffer.from(body!, 'base64'))));
}

async function importKeys(source: string, file: string, { folder, env }: Place): Promise<readonly string[]> {
  const gpg = (...args: string[]) =>
    runTool('gpg', ['--batch', '--no-tty', '--no-autostart', '--quiet', ...args], {
      env,
      cwd: folder,
    });
  const shown = await gpg('--no-options', '--show-keys', '--with-colons', file);
  if (shown.missing) throw raise.GIT_TOOL_MISSING({ source, tool: 'gpg', problem: 'is not installed' });
  const keys = primaryKeys(shown.stdout);
  const { code } = await gpg('--import', file);
  if (code !== 0 || keys.length === 0)
    throw raise.GIT_FILE_UNREADABLE({
      source,
      setting: 'require.signedBy',
      file,
      problem: 'holds no public key of GPG',
    });
  return keys;
}

function primaryKeys(colons: string): string[] {
  const rows = colons.split('\n').map((line) => line.split(':'));
  return rows.flatMap((row, index) => {
    const [kind, , , , , , , , , fingerprint] = row;
    return kind === 'fpr' && rows[index - 1]?.[0] === 'pub' && fingerprint !== undefined ? [fingerprint] : [];
  });
}
