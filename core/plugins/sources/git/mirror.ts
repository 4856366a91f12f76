import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../../errors/catalogue.ts';
import type { GitHome } from './git-home.ts';
import { type GitResult, runGit } from './run-git.ts';
import type { GitSourceSetting } from './source-config.ts';
import { transportFailure } from './transport-failure.ts';

/** History that is kept, to tell whether a new commit continues the present one. */
const DEPTH = 100;
const LOOK_MS = 150;
/** What lies in the trees counts as it is: no line ends changed, no filter, no keyword. Stronger than any file of the repository. */
const ATTRIBUTES = '* -text -eol -ident -filter -working-tree-encoding -diff -merge -export-subst -export-ignore\n';

/** Where the mirror keeps a commit, and the tag object that leads to it. */
export const commitRef = (commit: string) => `refs/backplane/commits/${commit}`;
export const tagRef = (commit: string) => `refs/backplane/tags/${commit}`;

/** The bare repository of one source. It is a cache: it may be removed at any time. */
export interface Mirror {
  readonly setting: GitSourceSetting;
  readonly home: GitHome;
  readonly folder: string;
  readonly signal: AbortSignal;
  git(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<GitResult>;
}

/** Opens the mirror, made anew when it is missing, half made, or grown beyond the limit. */
export async function openMirror(
  setting: GitSourceSetting,
  { folder, home, signal }: { readonly folder: string; readonly home: GitHome; readonly signal: AbortSignal },
): Promise<Mirror> {
  const git = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runGit({ source: setting.id, env: { ...home.env, GIT_DIR: folder, ...env }, folder, signal }, args);
  const mirror = { setting, home, folder, signal, git };
  const complete = join(folder, 'info', 'attributes');
  const usable = existsSync(complete) && (await sizeOf(folder)) <= setting.limits.bytes;
  if (usable) return mirror;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const made = await git(['init', '--bare', '--quiet']);
  if (made.code !== 0)
    throw raise.GIT_TOOL_MISSING({
      source: setting.id,
      tool: 'git',
      problem: `cannot make a repository: ${home.redact(made.stderr.trim())}`,
    });
  await mkdir(join(folder, 'info'), { recursive: true });
  await writeFile(complete, ATTRIBUTES);
  return mirror;
}

/**
 * Brings over what `wanted` names on the server: a whole ref, or a commit. Ends it when it grows too large. Throws GIT_TOO_LARGE,
 * GIT_REPOSITORY_BROKEN and what hinders the way there.
 */
export async function fetchInto(
  { setting, home, folder, signal }: Mirror,
  wanted: string,
  local: string,
): Promise<void> {
  const large = new AbortController();
  const watch = setInterval(() => {
    void sizeOf(folder).then((bytes) => bytes > setting.limits.bytes && large.abort());
  }, LOOK_MS);
  const args = [
    'fetch',
    '--quiet',
    `--depth=${DEPTH}`,
    '--no-tags',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
    '--no-write-fetch-head',
    '--force',
    '--',
    setting.url.text,
    `+${wanted}:${local}`,
  ];
  const run = { source: setting.id, env: { ...home.env, GIT_DIR: folder }, folder };
  try {
    const result = await runGit({ ...run, signal: AbortSignal.any([large.signal, signal]) }, args);
    if (result.code !== 0) throw transportFailure(setting, home, result.stderr);
    if ((await sizeOf(folder)) > setting.limits.bytes) large.abort();
    large.signal.throwIfAborted();
  } catch (error) {
    await removeLeftovers(folder);
    if (!large.signal.aborted) throw error;
    await rm(folder, { recursive: true, force: true });
    const limit = `${setting.limits.bytes / 1_000_000} MB`;
    throw raise.GIT_TOO_LARGE(
      { source: setting.id, what: `more than ${limit} of history and files`, limit },
      { cause: error },
    );
  } finally {
    clearInterval(watch);
  }
}

/** Packs that an ended fetch left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  const packs = join(folder, 'objects', 'pack');
  const names = await readdir(packs).catch(() => []);
  await Promise.all(
    names.filter((name) => name.startsWith('tmp_')).map((name) => rm(join(packs, name), { force: true })),
  );
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(join(folder, 'objects'), { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, 'objects', name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
