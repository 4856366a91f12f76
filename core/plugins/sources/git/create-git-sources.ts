import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { PluginStore } from '../../store/plugin-store.ts';
import { every } from './every.ts';
import type { ReadSecret } from './git-home.ts';
import { gitPluginSource } from './git-plugin-source.ts';
import { GitSource } from './git-source.ts';
import type { GitSources } from './git-sources.ts';
import type { GitSourceSetting } from './source-config.ts';
import { proveCall } from './webhook-proof.ts';

export interface CreateGitSourcesOptions {
  readonly sources: readonly GitSourceSetting[];
  /** Everything of the sources lies below it, one folder each. One host a folder. */
  readonly folder: string;
  readonly store: PluginStore;
  readonly readSecret: ReadSecret;
  readonly log: Log;
  /** For tests: lets `file://` pass. */
  readonly allowFile?: boolean;
  readonly now?: () => Date;
}

/**
 * Opens the sources; nothing is asked of any server before somebody asks for it, or `start` is called. When the configuration changes, the
 * service is disposed and made anew: what it knows lies in the folder.
 */
export async function createGitSources(options: CreateGitSourcesOptions): Promise<GitSources> {
  const { folder, log, readSecret, now = () => new Date() } = options;
  const workFolder = join(folder, '.work');
  // Keys that a killed process could not remove.
  await rm(workFolder, { recursive: true, force: true });
  const listeners = new Set<(source: string) => void>();
  const sources = new Map(
    options.sources.map((setting) => {
      const changed = () => {
        log.info('another commit of the source is in use', { source: setting.id });
        for (const listener of listeners) listener(setting.id);
      };
      const own = { ...options, workFolder, folder: join(folder, setting.id), now, changed };
      return [setting.id, new GitSource(setting, own)] as const;
    }),
  );
  const find = (id: string) => {
    const source = sources.get(id);
    if (source !== undefined) return source;
    const near = nearest(id, sources.keys());
    throw raise.GIT_SOURCE_NOT_FOUND({ source: id.slice(0, 80), ...(near !== undefined && { didYouMean: near }) });
  };
  const background = new Map<string, Promise<void>>();
  /** One attempt waits at most, however many calls come. */
  const syncSoon = (source: GitSource) => {
    const { id } = source.setting;
    if (background.has(id)) return;
    const attempt = source.sync().then(
      () => {},
      (error: { code?: string; message?: string }) =>
        log.warn(error.message ?? 'the sync failed', { source: id, code: error.code }),
    );
    background.set(
      id,
      attempt.finally(() => background.delete(id)),
    );
  };
  const timers = new DisposableStack();
  const onChange: GitSources['onChange'] = (listener) => {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  };
  return {
    plugins: gitPluginSource({ store: options.store, find, onChange }),
    list: () => Promise.all([...sources.values()].map((source) => source.status())),
    status: async (id) => find(id).status(),
    contents: async (id, commit) =>
      (await find(id).side(commit)).contents.plugins.map(({ kind, id: plugin, version, path }) => ({
        kind,
        id: plugin,
        version,
        path,
      })),
    sync: async (id, signal) => find(id).sync(signal),
    diff: async (id, range = {}) => find(id).diff(range),
    promote: async (id, wish) => find(id).promote(wish),
    rollback: async (id, { by }) => find(id).rollback(by),
    async webhook(id, call) {
      const source = find(id);
      const { webhook } = source.setting.sync;
      if (webhook === undefined)
        throw raise.GIT_WEBHOOK_REFUSED({ source: id, problem: '`sync.webhook` of the source names no secret' });
      const secret = await readSecret(webhook);
      if (secret === undefined || secret === '')
        throw raise.GIT_SECRET_MISSING({ source: id, setting: 'sync.webhook', reference: webhook.text });
      proveCall(id, call, secret);
      syncSoon(source);
    },
    start() {
      for (const source of sources.values()) timers.use(every(source, () => syncSoon(source), now));
    },
    onChange,
    async [Symbol.asyncDispose]() {
      timers.dispose();
      await Promise.all([...sources.values()].map((source) => source.stop()));
      await Promise.all(background.values());
    },
  };
}
