import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../../../errors/catalogue.ts';
import { type Mirror, tagRef } from '../mirror.ts';
import { runTool } from '../run-tool.ts';
import { refusal, type Signer } from './refusal.ts';
import { signingKey } from './ssh-fingerprint.ts';

/** Words of GPG's machine-readable status, and the letter that `%G?` would show. */
const GRADES: Readonly<Record<string, string>> = {
  GOODSIG: 'G',
  BADSIG: 'B',
  EXPSIG: 'X',
  EXPKEYSIG: 'Y',
  REVKEYSIG: 'R',
  ERRSIG: 'E',
};

/** The tag must be annotated, made for this very name, lead to this very commit, and be signed. */
export async function verifyTag(mirror: Mirror, commit: string): Promise<Signer> {
  const { git, home, setting } = mirror;
  const { id: source, ref } = setting;
  const invalid = (problem: string) => raise.GIT_TAG_INVALID({ source, commit, ref, problem });
  const object = await git(['cat-file', 'tag', tagRef(commit)]);
  if (object.code !== 0) throw invalid('is no annotated tag');
  const text = object.stdout.toString('utf8');
  const named = /^tag (.+)$/m.exec(text)?.[1];
  if (named !== ref.replace(/^refs\/tags\//, '')) throw invalid(`is a tag that was made as \`${named}\``);
  const leads = await git(['rev-parse', '--verify', '--quiet', `${tagRef(commit)}^{commit}`]);
  if (leads.stdout.toString('utf8').trim() !== commit) throw invalid('leads to another commit');

  const { code, stderr } = await git(['verify-tag', '--raw', tagRef(commit)]);
  const base = { source, commit, what: 'tag' } as const;
  const at = text.search(/^-----BEGIN (?:SSH|PGP) SIGNATURE-----$/m);
  if (at === -1) throw raise.GIT_COMMIT_UNSIGNED(base);
  const tagger = /^tagger (.+?) \d+ /m.exec(text)?.[1] ?? '';
  const ssh = signingKey(text.slice(at));
  if (ssh !== undefined) {
    const listed = home.signers.sshKeys.has(ssh);
    const revoked = home.signers.revokedKeys.has(ssh);
    if (code === 0 && listed && !revoked) return { name: tagger, key: ssh };
    const whole = await sshSignatureHolds(mirror, { payload: text.slice(0, at), signature: text.slice(at) });
    throw refusal(whole ? 'U' : 'B', { ...base, key: ssh, named: listed, revoked });
  }
  const status = [...stderr.matchAll(/^\[GNUPG:\] (\w+) (.*)$/gm)].map(([, word, rest]) => ({
    word: word!,
    rest: rest!.split(' '),
  }));
  const primary = status.find(({ word }) => word === 'VALIDSIG')?.rest.at(-1) ?? '';
  const seen = status.find(({ word }) => word in GRADES);
  const grade = GRADES[seen?.word ?? ''] ?? 'B';
  const key = primary || (seen?.rest[0] ?? '');
  if (code === 0 && grade === 'G' && home.signers.gpgKeys.has(primary))
    return { name: seen!.rest.slice(1).join(' '), key };
  throw refusal(grade, { ...base, key, named: false, revoked: false });
}

/** Whether some key made it over exactly this text; decides nothing but the words of a refusal. */
async function sshSignatureHolds(
  { home }: Mirror,
  { payload, signature }: { readonly payload: string; readonly signature: string },
): Promise<boolean> {
  const file = join(home.folder, 'tag.sig');
  await writeFile(file, signature);
  const options = { env: home.env, cwd: home.folder, input: payload };
  return (await runTool('ssh-keygen', ['-Y', 'check-novalidate', '-n', 'git', '-s', file], options)).code === 0;
}
