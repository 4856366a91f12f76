import type { Log } from '@backplane/sdk';
import { type PluginRecord, workFolder } from '../plugins/lifecycle/plugin-record.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import { watchFolder } from '../plugins/sources/watch-folder.ts';

export interface FollowedFolders extends Disposable {
  /** Watches what runs from a folder now, and nothing else. */
  renew(): void;
}

export interface FollowOptions {
  readonly plugins: PluginHost;
  readonly log: Log;
  /** Whether changes are applied by themselves. */
  isAuto(): boolean;
  /** One piece of work after the other; a failure of it is told. */
  doing(what: string, work: () => Promise<unknown>): void;
}

/** Exchanges plugins when the folder that somebody works in changes. */
export function followFolders({ plugins, log, isAuto, doing }: FollowOptions): FollowedFolders {
  const watched = new Map<string, { readonly path: string; readonly watch: Disposable }>();
  const follow = async (id: string): Promise<void> => {
    if (!isAuto()) return log.info('the folder of a plugin changed; `backplane plugin apply` runs it', { plugin: id });
    for (const { kind, outcome, to, error } of await plugins.apply({ by: 'a change in its folder', only: [id] })) {
      if (error === undefined) log.info('the folder of a plugin changed', { plugin: id, change: kind, version: to });
      else {
        const { code, message, remedy, position } = error;
        const consequence = outcome === 'kept' ? 'the version before serves' : 'it does not run';
        log.error(`a change in the folder of a plugin was not taken; ${consequence}`, {
          plugin: id,
          code,
          problem: message,
          remedy,
          position,
        });
      }
    }
  };
  return {
    renew() {
      const wanted = new Map(plugins.records().flatMap(folderOf));
      for (const [id, { path, watch }] of watched) {
        if (wanted.get(id) === path) continue;
        watch[Symbol.dispose]();
        watched.delete(id);
      }
      for (const [id, path] of wanted) {
        if (watched.has(id)) continue;
        const changed = () => doing(`following the folder of the plugin ${id}`, () => follow(id));
        watched.set(id, { path, watch: watchFolder(path, changed) });
      }
    },
    [Symbol.dispose]() {
      for (const { watch } of watched.values()) watch[Symbol.dispose]();
    },
  };
}

/** Where it is worked on, when it is to run and comes from a folder. */
function folderOf({ id, origin, state }: PluginRecord): (readonly [id: string, path: string])[] {
  const folder = workFolder(origin);
  return folder === undefined || state === 'disabled' || state === 'discovered' ? [] : [[id, folder]];
}
