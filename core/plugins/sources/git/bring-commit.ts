import { raise } from '../../../errors/catalogue.ts';
import type { SourceCommit } from './git-sources.ts';
import { commitRef, fetchInto, type Mirror, tagRef } from './mirror.ts';
import { resolveRef } from './resolve-ref.ts';
import { verifySignature } from './signature/verify-signature.ts';

const ARRIVED = 'refs/backplane/arrived';

/** Fetches what `ref` names now and gives its commit, nothing of it checked yet. */
export async function bringNewest(mirror: Mirror): Promise<string> {
  await fetchInto(mirror, await resolveRef(mirror), ARRIVED);
  const commit = await commitOf(mirror, ARRIVED);
  if (commit === undefined) {
    const { id: source, ref } = mirror.setting;
    throw raise.GIT_REF_NOT_FOUND({ source, ref, problem: 'leads to no commit' });
  }
  await keep(mirror, commit);
  return commit;
}

/** Makes sure that the mirror has this commit, asking the server only when it has not. */
export async function bringCommit(mirror: Mirror, commit: string): Promise<void> {
  const { require } = mirror.setting;
  if (require.scope === 'tag') {
    if ((await commitOf(mirror, tagRef(commit))) !== commit) await bringNewest(mirror);
    return;
  }
  if ((await commitOf(mirror, commitRef(commit))) === commit) return;
  await fetchInto(mirror, commit, ARRIVED);
  await keep(mirror, commit);
}

async function keep({ git, setting }: Mirror, commit: string): Promise<void> {
  await git(['update-ref', commitRef(commit), commit]);
  if (setting.require.scope === 'tag') await git(['update-ref', tagRef(commit), ARRIVED]);
}

async function commitOf({ git }: Mirror, ref: string): Promise<string | undefined> {
  const { code, stdout } = await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** What people see of a commit, its signature checked as the source asks. */
export async function describeCommit(mirror: Mirror, commit: string): Promise<SourceCommit> {
  const signer = await verifySignature(mirror, commit);
  const { stdout } = await mirror.git(['log', '-1', '--no-show-signature', '--format=%ct%x00%s', commit, '--']);
  const [seconds = '0', subject = ''] = stdout.toString('utf8').split('\0');
  const time = new Date(Number(seconds) * 1000);
  return {
    commit,
    subject: subject
      .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
      .trim()
      .slice(0, 120),
    committedAt: Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString(),
    ...(signer !== undefined && { signer }),
  };
}

/** Whether `later` grew out of `earlier`. Beyond the history that is kept the answer is no. */
export async function continues({ git }: Mirror, earlier: string, later: string): Promise<boolean> {
  return (await git(['merge-base', '--is-ancestor', earlier, later])).code === 0;
}
