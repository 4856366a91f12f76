import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { Mirror } from './mirror.ts';
import { transportFailure } from './transport-failure.ts';

export const WHOLE_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * What `ref` of the source means on the server: `refs/heads/…`, `refs/tags/…`, or the commit itself. Throws GIT_REF_NOT_FOUND, also for a short
 * name that is both a branch and a tag.
 */
export async function resolveRef(mirror: Mirror): Promise<string> {
  const { setting } = mirror;
  const { ref, id: source } = setting;
  if (WHOLE_COMMIT.test(ref)) return ref;
  const wanted = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  const found = (await listRefs(mirror, wanted)).filter((name) => wanted.includes(name));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    const problem = `is a branch and a tag; write \`${found.join('` or `')}\``;
    throw raise.GIT_REF_NOT_FOUND({ source, ref, problem });
  }
  const all = await listRefs(mirror, ['refs/heads/*', 'refs/tags/*']);
  const near = nearest(
    ref,
    ref.startsWith('refs/') ? all : all.map((name) => name.replace(/^refs\/(?:heads|tags)\//, '')),
  );
  const problem = all.length === 0 ? 'cannot be found: the repository is empty' : 'is not on the server';
  throw raise.GIT_REF_NOT_FOUND({ source, ref, problem, ...(near !== undefined && { didYouMean: near }) });
}

async function listRefs(mirror: Mirror, patterns: readonly string[]): Promise<string[]> {
  const { setting, home } = mirror;
  const { code, stdout, stderr } = await mirror.git([
    'ls-remote',
    '--quiet',
    '--refs',
    '--',
    setting.url.text,
    ...patterns,
  ]);
  if (code !== 0) throw transportFailure(setting, home, stderr);
  const rows = stdout.toString('utf8').split('\n');
  return rows.flatMap((row) => row.split('\t')[1] ?? []);
}
