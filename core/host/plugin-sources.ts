import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Log, SDK_GENERATION } from '@backplane/sdk';
import type { EgressRules } from '../network/egress-rules.ts';
import type { LockOrigin } from '../plugins/lock/lock-entry.ts';
import type { PluginSources } from '../plugins/plan/find-desired.ts';
import type { PluginsConfig } from '../plugins/plugins-config.ts';
import type { CreateGitSourcesOptions } from '../plugins/sources/git/create-git-sources.ts';
import type { GitSources, SourceMove } from '../plugins/sources/git/git-sources.ts';
import type { SecretReference } from '../plugins/sources/git/secret-reference.ts';
import type { StateRows } from '../plugins/sources/git/source-state.ts';
import type { PluginSource } from '../plugins/sources/plugin-source.ts';
import type { PluginIndex } from '../plugins/store/plugin-index.ts';
import type { SecretValues } from '../registry/runnable-action.ts';
import { type LiveGitSources, liveGitSources } from './live-git-sources.ts';
import { HOST_VERSION } from './version.ts';

export interface PluginSourcesOptions {
  readonly dataDir: string;
  /** Where relative paths of config/plugins.yaml start. */
  readonly base: string;
  /** The newest config/plugins.yaml: its registries, rules and repositories apply without a restart. */
  readConfig(): PluginsConfig;
  readonly egress: EgressRules;
  readonly secrets: SecretValues;
  readonly log: Log;
  /** Of a running host; absent: tools work on files, and nothing happens by itself. */
  readonly git?: GitOfHost;
}

export interface GitOfHost
  extends Pick<CreateGitSourcesOptions, 'mayAsk' | 'refused'>,
    Required<Pick<CreateGitSourcesOptions, 'actions'>> {
  rows(): Promise<StateRows>;
  /** This host put another commit in use. */
  moved(source: string, move: SourceMove): void;
}

/** Where plugins come from that are not built in. Nothing is opened before somebody asks for it. */
export function openPluginSources(
  options: PluginSourcesOptions,
): { readonly sources: PluginSources; readonly git: LiveGitSources } & AsyncDisposable {
  const { dataDir, base, egress, log } = options;
  const held = new AsyncDisposableStack();
  const folder = join(dataDir, 'plugins');
  const store = once(async () => (await import('../plugins/store/open-plugin-store.ts')).openPluginStore(folder));

  const npm = async ({ registries, npm: rules }: PluginsConfig): Promise<PluginSource> => {
    const { npmSource } = await import('../plugins/sources/npm/npm-source.ts');
    const { createRegistries } = await import('../plugins/sources/npm/registries.ts');
    const secret = async (name: string) => secretOf(options.secrets, name);
    const known = createRegistries({ settings: registries, base, secret });
    return held.use(
      npmSource({ store: await store(), registries: known, rules, egress, log, environment: process.env }),
    );
  };
  const git = held.use(liveGitSources({ readConfig: options.readConfig, open: (config) => openGit(config) }));
  const openGit = async ({ sources }: PluginsConfig): Promise<GitSources> => {
    const { createGitSources } = await import('../plugins/sources/git/create-git-sources.ts');
    const { fileStates, sharedStates } = await import('../plugins/sources/git/source-state.ts');
    const { rows, moved, ...ofHost } = options.git ?? {};
    const home = join(dataDir, 'sources');
    const all = await createGitSources({
      ...ofHost,
      sources,
      folder: home,
      ...(rows !== undefined && { states: sharedStates(rows, fileStates(home)) }),
      store: await store(),
      readSecret: (reference) => readSecret(reference, options),
      log,
    });
    if (moved !== undefined) all.onChange(moved);
    return all;
  };
  const archive = async (): Promise<PluginSource> =>
    (await import('../plugins/sources/archive-source.ts')).archiveSource({ store: await store(), base });
  const folders = async (): Promise<PluginSource> =>
    (await import('../plugins/sources/folder-source.ts')).folderSource({ store: await store(), base });

  const { readConfig } = options;
  const index = once(async () =>
    (await import('../plugins/store/plugin-index.ts')).openPluginIndex(folder, `${HOST_VERSION} ${SDK_GENERATION}`),
  );
  const all = [
    indexed(
      opening('npm', readConfig, ({ registries, npm: rules }) => [registries, rules], npm),
      () => [readConfig().registries, readConfig().npm],
      index,
    ),
    indexed(
      {
        kind: 'git',
        resolve: async (wish, signal) => (await git.current()).plugins.resolve(wish, signal),
        fetch: async (candidate, how) => (await git.current()).plugins.fetch(candidate, how),
      },
      () => [readConfig().sources],
      index,
    ),
    indexed(
      opening('archive', readConfig, () => [], archive),
      () => [],
      index,
    ),
    opening('folder', readConfig, () => [], folders),
  ];
  return {
    sources: new Map(all.map((source) => [source.kind, source])),
    git,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A source that is opened on first use, and anew once what it is made of has changed. */
function opening(
  kind: LockOrigin['from'],
  readConfig: () => PluginsConfig,
  madeOf: (config: PluginsConfig) => readonly unknown[],
  open: (config: PluginsConfig) => Promise<PluginSource>,
): PluginSource {
  let opened: { readonly key: string; readonly source: Promise<PluginSource> } | undefined;
  const current = (): Promise<PluginSource> => {
    const config = readConfig();
    const key = JSON.stringify(madeOf(config));
    if (opened?.key === key) return opened.source;
    const source = open(config);
    opened = { key, source };
    // What could not be opened is tried again the next time.
    source.catch(() => {
      if (opened?.source === source) opened = undefined;
    });
    return source;
  };
  return {
    kind,
    resolve: async (wish, signal) => (await current()).resolve(wish, signal),
    fetch: async (candidate, options) => (await current()).fetch(candidate, options),
    forget: async (id, needed) => (await current()).forget?.(id, needed),
  };
}

/** Asks the source only for what is not known yet by the rules that hold now. */
function indexed(
  source: PluginSource,
  rulesNow: () => readonly unknown[],
  index: () => Promise<PluginIndex>,
): PluginSource {
  const rules = () => JSON.stringify(rulesNow());
  return {
    ...source,
    async fetch(candidate, options) {
      const known = options.locked && (await index()).find(options.locked, rules());
      if (known !== undefined) return known;
      return (await index()).note(await source.fetch(candidate, options), rules());
    },
  };
}

async function readSecret(
  reference: SecretReference,
  { base, secrets }: PluginSourcesOptions,
): Promise<string | undefined> {
  if (reference.from === 'env') return process.env[reference.name];
  if (reference.from === 'secret') return secrets[reference.name]?.[reference.key];
  return readFile(resolve(base, reference.path), 'utf8').catch(() => undefined);
}

/** `name.KEY`, or `name` alone for a secret with one key. */
function secretOf(secrets: SecretValues, text: string): string | undefined {
  const [name = '', key] = text.split('.');
  const values = secrets[name] ?? {};
  const keys = Object.keys(values);
  return key === undefined ? (keys.length === 1 ? values[keys[0]!] : undefined) : values[key];
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
