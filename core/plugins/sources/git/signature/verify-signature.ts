import { raise } from '../../../../errors/catalogue.ts';
import type { Mirror } from '../mirror.ts';
import { refusal, type Signer } from './refusal.ts';
import { signatureOf, signingKey } from './ssh-fingerprint.ts';
import { verifyTag } from './verify-tag.ts';

/**
 * Who signed the commit, or the tag that names it; undefined when the source asks for no signature. Let in is only what git ends with exit
 * code 0, rates `G`, and what a key made that the administrator named. Everything else throws: GIT_COMMIT_UNSIGNED, GIT_SIGNATURE_BAD,
 * GIT_SIGNATURE_EXPIRED, GIT_SIGNATURE_REVOKED, GIT_SIGNER_UNKNOWN, GIT_TAG_INVALID.
 */
export async function verifySignature(mirror: Mirror, commit: string): Promise<Signer | undefined> {
  const { scope } = mirror.setting.require;
  if (scope === 'none') return undefined;
  return scope === 'tag' ? verifyTag(mirror, commit) : verifyCommit(mirror, commit);
}

async function verifyCommit({ git, home, setting }: Mirror, commit: string): Promise<Signer> {
  const { signers } = home;
  const { code } = await git(['verify-commit', '--', commit]);
  const shown = await git([
    'log',
    '-1',
    '--no-show-signature',
    '--format=%G?%x00%GS%x00%GK%x00%GF%x00%GP',
    commit,
    '--',
  ]);
  const [grade = 'N', name = '', keyId = '', key = '', primary = ''] = shown.stdout
    .toString('utf8')
    .trimEnd()
    .split('\0');
  const object = await git(['cat-file', 'commit', commit]);
  const signature = signatureOf(object.stdout.toString('latin1'));
  const base = { source: setting.id, commit, what: 'commit' } as const;
  if (signature === undefined) throw raise.GIT_COMMIT_UNSIGNED(base);
  const ssh = signingKey(signature);
  const used = ssh ?? (primary || key || keyId);
  const listed = ssh === undefined ? signers.gpgKeys.has(primary) : signers.sshKeys.has(ssh) && ssh === key;
  const revoked = signers.revokedKeys.has(used);
  if (code === 0 && grade === 'G' && listed && !revoked) return { name: name === '' ? used : name, key: used };
  throw refusal(grade, { ...base, key: used, named: ssh !== undefined && signers.sshKeys.has(ssh), revoked });
}
