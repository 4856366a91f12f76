import type { PluginsConfig } from '../plugins/plugins-config.ts';
import type { GitSources } from '../plugins/sources/git/git-sources.ts';

/** The Git sources of a host through all changes of its configuration. */
export interface LiveGitSources extends AsyncDisposable {
  /** As config/plugins.yaml has them now; while it has mistakes, as it had them before. Throws CONFIG_INVALID when it never was right. */
  current(): Promise<GitSources>;
  /** From now on sources that say so are asked by timers. */
  start(): Promise<void>;
}

export interface LiveGitOptions {
  readConfig(): PluginsConfig;
  open(config: PluginsConfig): Promise<GitSources>;
}

export function liveGitSources({ readConfig, open }: LiveGitOptions): LiveGitSources {
  let opened: { readonly key: string; readonly sources: GitSources; isStarted: boolean } | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let isStarted = false;

  const follow = async (): Promise<GitSources> => {
    const config = newest(readConfig, opened !== undefined);
    const key = config === undefined ? opened!.key : keyOf(config);
    if (opened?.key !== key) {
      // One service a folder: what the old one began is ended before the new one looks at the same files.
      await opened?.sources[Symbol.asyncDispose]();
      opened = undefined;
      opened = { key, sources: await open(config!), isStarted: false };
    }
    if (isStarted && !opened.isStarted) {
      opened.sources.start();
      opened.isStarted = true;
    }
    return opened.sources;
  };
  const current = (): Promise<GitSources> => {
    const found = turn.then(follow);
    turn = found.catch(() => {});
    return found;
  };
  return {
    current,
    async start() {
      isStarted = true;
      if (opened !== undefined || readConfig().sources.length > 0) await current();
    },
    async [Symbol.asyncDispose]() {
      await turn;
      await opened?.sources[Symbol.asyncDispose]();
    },
  };
}

/** What makes a service another one; where a source stands in the file does not. */
function keyOf({ sources }: PluginsConfig): string {
  return JSON.stringify(sources.map(({ position: _, ...setting }) => setting));
}

/** Undefined: the file has mistakes, and something older is there. */
function newest(readConfig: () => PluginsConfig, hasOlder: boolean): PluginsConfig | undefined {
  try {
    return readConfig();
  } catch (error) {
    if (hasOlder) return undefined;
    throw error;
  }
}
