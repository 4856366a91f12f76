import type { Log } from '@backplane/sdk';
import type { AppliedChange, PluginHost } from '../plugin-host.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { GitSourceStatus, GitSources, SourceMove } from '../sources/git/git-sources.ts';
import { pluginsOfSource, usersOf } from './plugins-of-source.ts';
import type { SourceEvent, SourceOperations, SourceOutcome, SourceSummary } from './source-operations.ts';

export interface SourceOperationsOptions {
  sources(): Promise<GitSources>;
  readConfig(): PluginsConfig;
  readonly plugins: Pick<PluginHost, 'apply' | 'lock' | 'records'>;
  /** The audit rows of a source, newest first. */
  events(source: string): Promise<readonly SourceEvent[]>;
  readonly log: Log;
}

export interface LiveSourceOperations extends SourceOperations {
  /** Another commit of a source is in use on this host: its plugins move there. */
  follow(source: string, move: SourceMove): void;
  /** Makes up for moves that a host began and did not end. */
  catchUp(): Promise<void>;
  /** Resolves when no plugin is on its way any more. */
  settled(): Promise<void>;
}

type Applied = Omit<SourceOutcome, 'source'>;
const NOTHING: Applied = { applied: true, changes: [] };

export function createSourceOperations(options: SourceOperationsOptions): LiveSourceOperations {
  const { sources, readConfig, plugins, log } = options;
  const moving = new Map<string, Promise<Applied>>();

  const apply = async (source: string, { by }: SourceMove): Promise<Applied> => {
    if (readConfig().apply === 'manual') return { applied: false, changes: [] };
    const ids = usersOf(readConfig(), source).flatMap(({ id, enabled }) => (enabled ? [id] : []));
    const changes = ids.length === 0 ? [] : await plugins.apply({ by, only: ids, upgrade: ids });
    for (const change of changes) tell(source, change);
    return { applied: true, changes };
  };
  const applyAndNote = async (source: string, move: SourceMove): Promise<Applied> => {
    const applied = await apply(source, move);
    await (await sources())
      .followed(source, move)
      .catch((problem) => log.warn('a move could not be noted', { source, problem }));
    return applied;
  };
  const tell = (source: string, { id, outcome, error }: AppliedChange): void => {
    if (error === undefined) log.info('a plugin follows its source', { source, plugin: id, outcome });
    else log.warn('a plugin does not follow its source', { source, plugin: id, outcome, code: error.code });
  };

  const summaryOf = (status: GitSourceStatus): SourceSummary => {
    const now = { lock: plugins.lock(), records: plugins.records(), commit: status.current?.commit };
    return { ...status, plugins: pluginsOfSource(readConfig(), status.id, now) };
  };
  const outcomeOf = async (status: GitSourceStatus): Promise<SourceOutcome> => {
    const applied = (await moving.get(status.id)) ?? NOTHING;
    const { unfollowed: _, ...done } = status;
    return { source: summaryOf(done), ...applied };
  };
  const follow = (source: string, move: SourceMove): void => {
    const before = moving.get(source) ?? Promise.resolve(NOTHING);
    const work = before.catch(() => NOTHING).then(() => applyAndNote(source, move));
    moving.set(source, work);
    work
      .catch((problem) =>
        log.error('a source moved without its plugins; what ran before still runs', { source, problem }),
      )
      .finally(() => moving.get(source) === work && moving.delete(source));
  };

  return {
    follow,
    async catchUp() {
      if (readConfig().sources.length === 0) return;
      const statuses = await (await sources()).list();
      for (const { id, unfollowed } of statuses) if (unfollowed !== undefined) follow(id, unfollowed);
    },
    async settled() {
      await Promise.allSettled(moving.values());
    },
    list: async () => (await (await sources()).list()).map(summaryOf),
    async show(id) {
      const git = await sources();
      const status = await git.status(id);
      const summary = summaryOf(status);
      const named = new Set(summary.plugins.map(({ use }) => use));
      const offered = status.current === undefined ? [] : await git.contents(id);
      const unused = offered.filter(({ path }) => !named.has(path === '' ? `git:${id}` : `git:${id}/${path}`));
      return { ...summary, unused, events: await options.events(id) };
    },
    sync: async (id, signal) => outcomeOf(await (await sources()).sync(id, signal)),
    diff: async (id, range) => (await sources()).diff(id, range),
    promote: async (id, wish) => outcomeOf(await (await sources()).promote(id, wish)),
    rollback: async (id, asked) => outcomeOf(await (await sources()).rollback(id, asked)),
    prove: async (id, call) => (await sources()).prove(id, call),
    syncSoon: async (id) => (await sources()).syncSoon(id),
  };
}
