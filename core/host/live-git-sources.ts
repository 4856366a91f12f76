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
  let opened: { readonly key: string; readonly sources: GitSources } | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let isStarted = false;

  const follow = async (): Promise<GitSources> => {
    const config = newest(readConfig, opened !== undefined);
    if (config === undefined) return opened!.sources;
    const key = JSON.stringify(config.sources);
    if (opened?.key === key) return opened.sources;
    // One service a folder: what the old one began is ended before the new one looks at the same files.
    await opened?.sources[Symbol.asyncDispose]();
    opened = undefined;
    const sources = await open(config);
    opened = { key, sources };
    if (isStarted) sources.start();
    return sources;
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
      if (opened === undefined && readConfig().sources.length === 0) return;
      const wasOpen = opened !== undefined;
      const sources = await current();
      if (wasOpen) sources.start();
    },
    async [Symbol.asyncDispose]() {
      await turn;
      await opened?.sources[Symbol.asyncDispose]();
    },
  };
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
