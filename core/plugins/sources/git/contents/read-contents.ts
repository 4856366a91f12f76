import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackplaneError, SDK_GENERATION } from '@backplane/sdk';
import { INDEX_KEYS } from '@backplane/sdk/host';
import { raise } from '../../../../errors/catalogue.ts';
import { parseYaml } from '../../../../language/source/parse-yaml.ts';
import { toJsonSchema } from '../../../../language/types/to-json-schema.ts';
import { isRecord } from '../../../../language/values/is-record.ts';
import { mapConcurrently } from '../../../../registry/template/map-concurrently.ts';
import { readTemplate } from '../../../../registry/template/read-template.ts';
import { type Manifest, manifestSchema } from '../../../manifest/manifest-schema.ts';
import { hasManifest, readManifest } from '../../../manifest/read-manifest.ts';
import type { Checkout } from '../check-out.ts';
import type { SourceCommit, SourcePlugin } from '../git-sources.ts';
import type { SourceDiff } from '../source-diff.ts';

/** What a plugin contributes, as far as it can be told without running it. */
export interface Contribution {
  /** `action:tools.acme.send`. */
  readonly name: string;
  readonly input?: unknown;
  readonly output?: unknown;
}

export interface FoundPlugin extends SourcePlugin {
  readonly manifest: Manifest;
  readonly contributions: readonly Contribution[];
  /** Paths below the source. Of `templates` only its YAML files. */
  readonly files: readonly string[];
}

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
export async function readContents(source: string, checkout: Checkout, commit: SourceCommit): Promise<SourceContents> {
  const problems: { code: string; message: string }[] = [];
  const note = (error: unknown) => {
    if (!BackplaneError.is(error)) throw error;
    problems.push({ code: error.code, message: error.message.replaceAll(`${checkout.folder}/`, '') });
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
  const templates = await looseTemplates(source, checkout, { commit, loose, note });
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

interface Loose {
  readonly commit: SourceCommit;
  readonly loose: readonly string[];
  note(error: unknown): void;
}

async function looseTemplates(
  source: string,
  checkout: Checkout,
  { commit, loose, note }: Loose,
): Promise<FoundPlugin | undefined> {
  const byName = new Map<string, { readonly contribution: Contribution; readonly files: string[] }>();
  const read = await mapConcurrently(loose, 32, async (path) => ({
    path,
    yaml: parseYaml(await readFile(join(checkout.folder, path), 'utf8'), path),
  }));
  for (const { path, yaml } of read) {
    // YAML of other tools lies in many repositories: only what says that it is a template is taken for one.
    if (!isRecord(yaml.value) || yaml.value['type'] !== 'action') continue;
    const { definition, problems } = readTemplate(yaml);
    const wrong = problems.filter(({ severity }) => severity === 'error');
    if (definition === undefined || wrong.length > 0) {
      const lines = wrong.map(({ position, message }) => `${path}:${position.line}:${position.column}: ${message}`);
      note(raise.TEMPLATE_FILE({ file: path, problem: lines.join('; ') }));
      continue;
    }
    const contribution = {
      name: `action:${definition.name}`,
      input: toJsonSchema(definition.inputs),
      output: definition.outputSchema,
    };
    byName.getOrInsertComputed(definition.name, () => ({ contribution, files: [] })).files.push(path);
  }
  for (const [name, { files }] of byName) {
    if (files.length === 1) continue;
    note(raise.GIT_CONTENT_CLASH({ source, commit: commit.commit, name, places: files }));
    byName.delete(name);
  }
  if (byName.size === 0) return undefined;
  const actions = [...byName.keys()].toSorted();
  const found = actions.map((name) => byName.get(name)!);
  const version = templatesVersion(commit);
  const manifest = manifestSchema.parse({
    id: source,
    version,
    host: '*',
    sdk: SDK_GENERATION,
    tier: 'isolate',
    contributes: { templates: Object.fromEntries(actions.map((name) => [name, byName.get(name)!.files[0]])) },
  });
  const contributions = found.map(({ contribution }) => contribution);
  return {
    kind: 'templates',
    id: source,
    version,
    path: '',
    manifest,
    contributions,
    files: found.flatMap(({ files }) => files),
  };
}

/** Later commits have higher versions: time first, then the commit. */
export function templatesVersion({ commit, committedAt }: SourceCommit): string {
  return `0.0.0-${committedAt
    .replaceAll(/\D/g, '')
    .slice(0, 14)
    .replace(/^0+(?=\d)/, '')}.g${commit.slice(0, 12)}`;
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
