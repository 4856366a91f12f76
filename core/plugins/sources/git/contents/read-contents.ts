import { dirname, join } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { INDEX_KEYS } from '@backplane/sdk/host';
import { raise } from '../../../../errors/catalogue.ts';
import { isRecord } from '../../../../language/values/is-record.ts';
import type { Manifest } from '../../../manifest/manifest-schema.ts';
import { hasManifest, readManifest } from '../../../manifest/read-manifest.ts';
import type { Checkout } from '../check-out.ts';
import type { SourceCommit } from '../git-sources.ts';
import type { SourceDiff, SourceProblem } from '../source-diff.ts';
import { checkTemplates, type KnownActions } from './check-templates.ts';
import type { Contribution, FoundPlugin } from './found-plugin.ts';
import { looseTemplates, templatesPlugin } from './loose-templates.ts';

export interface SourceContents {
  readonly plugins: readonly FoundPlugin[];
  readonly problems: SourceDiff['problems'];
}

const KINDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(INDEX_KEYS).map(([kind, key]) => [key, kind]),
);
const OTHER_KINDS: Readonly<Record<string, string>> = { aliases: 'alias', methods: 'method' };
const HIDDEN = /(?:^|\/)(?:\.[^/]*|node_modules)(?:\/|$)/;

/**
 * The plugins of a commit: each folder with a manifest, and all YAML templates outside of those as one plugin that is only data. What is
 * wrong with one of them is among the problems and hides only that one. Runs none of their code.
 */
export async function readContents(
  source: string,
  checkout: Checkout,
  commit: SourceCommit,
  actions?: KnownActions,
): Promise<SourceContents> {
  const problems: SourceProblem[] = [];
  const plain = (text: string) => text.replaceAll(`${checkout.folder}/`, '');
  const note = (error: unknown) => {
    if (!BackplaneError.is(error)) throw error;
    const { position } = error.facts;
    const at = position === undefined ? {} : { position: { ...position, file: plain(position.file ?? '') } };
    problems.push({ code: error.code, message: plain(error.message), ...at });
  };
  const visible = checkout.files.map(({ path }) => path).filter((path) => !HIDDEN.test(path));
  const homes = pluginHomes(checkout.folder, visible);
  const plugins: FoundPlugin[] = [];
  for (const path of homes) {
    try {
      const manifest = readManifest(join(checkout.folder, path));
      const files = visible.filter((file) => isBelow(file, path));
      const { id, version } = manifest;
      plugins.push({ kind: 'plugin', id, version, path, manifest, contributions: declared(manifest), files });
    } catch (error) {
      note(error);
    }
  }
  const loose = visible.filter((file) => /\.ya?ml$/.test(file) && !homes.some((home) => isBelow(file, home)));
  const read = await looseTemplates(checkout.folder, loose);
  problems.push(...read.problems);
  const others = plugins.flatMap(({ contributions }) => contributions.map(({ name }) => name));
  if (actions !== undefined) problems.push(...checkTemplates(read.templates, { source, others, actions }));
  const templates = templatesPlugin(source, commit, read.templates);
  if (templates !== undefined) plugins.push(templates);
  const clash = (name: string, places: readonly string[]) =>
    note(
      raise.GIT_CONTENT_CLASH({
        source,
        commit: commit.commit,
        name,
        places: places.map((place) => place || 'the root'),
      }),
    );
  return { plugins: withoutClashes(plugins, clash), problems };
}

/** Folders with a manifest, none inside another: what lies in a plugin belongs to it. */
function pluginHomes(folder: string, files: readonly string[]): string[] {
  const named = files.filter((file) => /(?:^|\/)(?:plugin|package)\.json$/.test(file));
  const folders = [...new Set(named.map((file) => (dirname(file) === '.' ? '' : dirname(file))))].toSorted();
  const homes: string[] = [];
  for (const path of folders) {
    if (!homes.some((home) => isBelow(path, home)) && hasManifest(join(folder, path))) homes.push(path);
  }
  return homes;
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

/** Every kind of the index: a name, or an object with a name and the schemas of what goes in and comes out. */
function declared({ contributes }: Manifest): Contribution[] {
  const found = Object.entries(contributes as Readonly<Record<string, unknown>>).flatMap(([kinds, items]) => {
    const kind = KINDS[kinds] ?? OTHER_KINDS[kinds] ?? kinds;
    if (isRecord(items)) return Object.keys(items).map((name) => ({ name: `${kind}:${name}` }));
    return (Array.isArray(items) ? items : []).flatMap((item: unknown): Contribution[] => {
      if (typeof item === 'string') return [{ name: `${kind}:${item}` }];
      if (!isRecord(item)) return [];
      const name = item['name'] ?? item['id'];
      return typeof name === 'string'
        ? [{ name: `${kind}:${name}`, input: item['input'], output: item['output'] }]
        : [];
    });
  });
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Two plugins of one id, or two that bring the same action: neither may win by chance, so both are left out. */
function withoutClashes(
  plugins: readonly FoundPlugin[],
  clash: (name: string, places: readonly string[]) => void,
): FoundPlugin[] {
  const owners = new Map<string, FoundPlugin[]>();
  for (const plugin of plugins) {
    for (const name of [`plugin:${plugin.id}`, ...plugin.contributions.map((one) => one.name)]) {
      owners.getOrInsertComputed(name, () => []).push(plugin);
    }
  }
  const twice = [...owners].filter(([, found]) => found.length > 1);
  for (const [name, found] of twice)
    clash(
      name,
      found.map(({ kind, path }) => (kind === 'templates' ? 'the templates' : path)),
    );
  const out = new Set(twice.flatMap(([, found]) => found));
  return plugins.filter((plugin) => !out.has(plugin));
}
