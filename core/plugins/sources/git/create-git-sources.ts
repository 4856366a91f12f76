import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackplaneError, Log } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { PluginStore } from '../../store/plugin-store.ts';
import { coalesced } from './coalesced.ts';
import type { KnownActions } from './contents/check-templates.ts';
import { every } from './every.ts';
import type { ReadSecret } from './git-home.ts';
import { gitPluginSource } from './git-plugin-source.ts';
import { GitSource } from './git-source.ts';
import type { GitSources, SourceMove } from './git-sources.ts';
import type { GitSourceSetting } from './source-config.ts';
import { fileStates, type SourceStates } from './source-state.ts';
import { tidyUp } from './tidy-up.ts';
import { proveCall } from './webhook-proof.ts';

export interface CreateGitSourcesOptions {
  readonly sources: readonly GitSourceSetting[];
  /** Everything of the sources lies below it, one folder each. One host a folder. */
  readonly folder: string;
  /** Absent: files in `folder`. */
  readonly states?: SourceStates;
  /** What templates may call besides each other; absent: their calls are not looked at. */
  readonly actions?: KnownActions;
  /** Called when another newest commit is refused than the last time, or for another reason. */
  refused?(source: string, error: BackplaneError): void;
  /** Whether the timer of this host is the one that counts for a source; asked each time. Absent: always. */
  mayAsk?(source: string): boolean;
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
  const { folder, log, readSecret, now = () => new Date(), states = fileStates(folder) } = options;
  const workFolder = join(folder, '.work');
  // Keys that a killed process could not remove.
  await rm(workFolder, { recursive: true, force: true });
  await Promise.all(options.sources.map(({ id }) => tidyUp(join(folder, id))));
  const listeners = new Set<Parameters<GitSources['onChange']>[0]>();
  const sources = new Map(
    options.sources.map((setting) => {
      const moved = (move: SourceMove) => {
        log.info('another commit of the source is in use', { source: setting.id, commit: move.commit, by: move.by });
        for (const listener of listeners) listener(setting.id, move);
      };
      const refused = (error: BackplaneError) => options.refused?.(setting.id, error);
      const own = { ...options, workFolder, refused, folder: join(folder, setting.id), states, now, moved };
      return [setting.id, new GitSource(setting, own)] as const;
    }),
  );
  const find = (id: string) => {
    const source = sources.get(id);
    if (source !== undefined) return source;
    const near = nearest(id, sources.keys());
    throw raise.GIT_SOURCE_NOT_FOUND({ source: id.slice(0, 80), ...(near !== undefined && { didYouMean: near }) });
  };
  const syncSoon = coalesced(async (id) => {
    await find(id)
      .sync()
      .catch((error: { code?: string; message?: string }) =>
        log.warn(error.message ?? 'the sync failed', { source: id, code: error.code }),
      );
  });
  const due = (id: string) => {
    if (options.mayAsk?.(id) ?? true) syncSoon.ask(id);
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
    followed: async (id, move) => find(id).followed(move),
    async prove(id, call) {
      const source = find(id);
      const { webhook } = source.setting.sync;
      if (webhook === undefined)
        throw raise.GIT_WEBHOOK_REFUSED({ source: id, problem: '`sync.webhook` of the source names no secret' });
      const secret = await readSecret(webhook);
      if (secret === undefined || secret === '')
        throw raise.GIT_SECRET_MISSING({ source: id, setting: 'sync.webhook', reference: webhook.text });
      proveCall(id, call, secret);
    },
    syncSoon: (id) => syncSoon.ask(find(id).setting.id),
    start() {
      for (const source of sources.values()) timers.use(every(source, () => due(source.setting.id), now));
    },
    onChange,
    async [Symbol.asyncDispose]() {
      timers.dispose();
      await Promise.all([...sources.values()].map((source) => source.stop()));
      await syncSoon.settled();
    },
  };
}
