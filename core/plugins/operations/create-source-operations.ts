import type { Log } from '@backplane/sdk';
import { currentEntry } from '../lock/lock-changes.ts';
import type { AppliedChange, PluginHost } from '../plugin-host.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import { isOf } from '../sources/git/contents/check-templates.ts';
import type { GitSourceStatus, GitSources, SourceMove } from '../sources/git/git-sources.ts';
import type {
  PluginOfSource,
  SourceEvent,
  SourceOperations,
  SourceOutcome,
  SourceSummary,
} from './source-operations.ts';

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
  /** Resolves when no plugin is on its way any more. */
  settled(): Promise<void>;
}

type Applied = Omit<SourceOutcome, 'source'>;
const NOTHING: Applied = { applied: true, changes: [] };

export function createSourceOperations(options: SourceOperationsOptions): LiveSourceOperations {
  const { sources, readConfig, plugins, log } = options;
  const moving = new Map<string, Promise<Applied>>();

  const usersOf = (source: string) =>
    Object.entries(readConfig().plugins).flatMap(([id, { use, enabled }]) =>
      use?.from === 'other' && isOf(use.text, source) ? [{ id, use: use.text, enabled }] : [],
    );

  const apply = async (source: string, { by }: SourceMove): Promise<Applied> => {
    if (readConfig().apply === 'manual') return { applied: false, changes: [] };
    const ids = usersOf(source).flatMap(({ id, enabled }) => (enabled ? [id] : []));
    const changes = ids.length === 0 ? [] : await plugins.apply({ by, only: ids, upgrade: ids });
    for (const change of changes) tell(source, change);
    return { applied: true, changes };
  };
  const tell = (source: string, { id, outcome, error }: AppliedChange): void => {
    if (error === undefined) log.info('a plugin follows its source', { source, plugin: id, outcome });
    else log.warn('a plugin does not follow its source', { source, plugin: id, outcome, code: error.code });
  };

  const summaryOf = (status: GitSourceStatus): SourceSummary => {
    const lock = plugins.lock();
    const records = new Map(plugins.records().map((record) => [record.id, record]));
    const users = usersOf(status.id).map(({ id, use, enabled }): PluginOfSource => {
      const row = currentEntry(lock, id);
      const ran = row?.origin.from === 'git' ? { version: row.version, commit: row.origin.commit } : {};
      const record = records.get(id);
      const error = record?.pending?.error ?? record?.error;
      const isWaiting = error?.code === 'PLUGIN_APPROVAL_NEEDED';
      const runsCurrent = ran.commit !== undefined && ran.commit === status.current?.commit;
      const state = !enabled
        ? 'off'
        : isWaiting
          ? 'waiting'
          : error !== undefined
            ? 'failed'
            : runsCurrent
              ? 'current'
              : ran.commit === undefined
                ? 'off'
                : 'behind';
      return { id, use, state, ...ran, ...(error !== undefined && { error }) };
    });
    return { ...status, plugins: users };
  };
  const outcomeOf = async (status: GitSourceStatus): Promise<SourceOutcome> => {
    const applied = (await moving.get(status.id)) ?? NOTHING;
    return { source: summaryOf(status), ...applied };
  };

  return {
    follow(source, move) {
      const before = moving.get(source) ?? Promise.resolve(NOTHING);
      const work = before
        .then(() => apply(source, move))
        .catch((error): Applied => {
          log.error('the plugins of a source could not be moved; what ran before still runs', {
            source,
            problem: error,
          });
          throw error;
        });
      work.catch(() => {});
      moving.set(source, work);
      void work.finally(() => moving.get(source) === work && moving.delete(source)).catch(() => {});
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
