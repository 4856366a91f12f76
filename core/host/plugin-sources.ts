import { join } from 'node:path';
import type { Log } from '@backplane/sdk';
import type { EgressRules } from '../network/egress-rules.ts';
import type { LockOrigin } from '../plugins/lock/lock-entry.ts';
import type { PluginSources } from '../plugins/plan/find-desired.ts';
import type { PluginsConfig } from '../plugins/plugins-config.ts';
import type { PluginSource } from '../plugins/sources/plugin-source.ts';
import type { SecretValues } from '../registry/runnable-action.ts';

export interface PluginSourcesOptions {
  readonly dataDir: string;
  /** Where relative paths of config/plugins.yaml start. */
  readonly base: string;
  /** The newest config/plugins.yaml: its registries, rules and repositories apply without a restart. */
  readConfig(): PluginsConfig;
  readonly egress: EgressRules;
  readonly secrets: SecretValues;
  readonly log: Log;
}

/** Where plugins come from that are neither built in nor folders. Nothing is opened before somebody asks for it. */
export function openPluginSources(
  options: PluginSourcesOptions,
): { readonly sources: PluginSources } & AsyncDisposable {
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
  const git = async ({ sources }: PluginsConfig): Promise<PluginSource> => {
    const { createGitSources } = await import('../plugins/sources/git/create-git-sources.ts');
    const all = await createGitSources({
      sources,
      folder: join(dataDir, 'sources'),
      store: await store(),
      readSecret: async (reference) =>
        reference.from === 'env' ? process.env[reference.name] : options.secrets[reference.name]?.[reference.key],
      log,
    });
    return held.use(all).plugins;
  };
  const archive = async (): Promise<PluginSource> =>
    (await import('../plugins/sources/archive-source.ts')).archiveSource({ store: await store(), base });

  const { readConfig } = options;
  const all = [
    opening('npm', readConfig, ({ registries, npm: rules }) => [registries, rules], npm),
    opening('git', readConfig, ({ sources }) => [sources], git),
    opening('archive', readConfig, () => [], archive),
  ];
  return {
    sources: new Map(all.map((source) => [source.kind, source])),
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
  };
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
