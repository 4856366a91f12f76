import { isDeepStrictEqual } from 'node:util';
import { thrownText } from '../../thrown-text.ts';
import type { TierInstance, TierLoad, TierName } from '../tier.ts';
import { pluginOf, type RunningSide } from './plugin-of.ts';
import type { RemotePlugin } from './remote-plugin.ts';

/** A plugin whose code is loaded, and what it says of itself. */
export interface Loaded {
  readonly remote: RemotePlugin;
  readonly described: unknown;
}

/** How long its code may take to load once somebody calls it. */
const WAKE_MS = 5_000;

/** A plugin that is known by what it said of itself before; `load` runs when it is first needed. Code that says otherwise now is refused. */
export function asleep(request: TierLoad, tier: TierName, load: (request: TierLoad) => Promise<Loaded>): TierInstance {
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>();
  const leaving = new AbortController();
  let waking: Promise<RemotePlugin> | undefined;
  let isAwake = false;

  const wake = async (): Promise<RemotePlugin> => {
    const signal = AbortSignal.any([request.signal, leaving.signal, AbortSignal.timeout(WAKE_MS)]);
    const { remote, described } = await load({ ...request, signal });
    if (!isDeepStrictEqual(described, request.described)) {
      await remote[Symbol.asyncDispose]();
      throw remote.wrong('it describes itself otherwise than before');
    }
    isAwake = true;
    void remote.lost.then(lose);
    return remote;
  };
  const awake = (): Promise<RemotePlugin> => {
    waking ??= wake().catch((thrown) => {
      lose(thrownText(thrown));
      throw thrown;
    });
    return waking;
  };

  const side: RunningSide = {
    id: request.artifact.id,
    checkConfig: async (config) => (await awake()).checkConfig(config),
    start: async (context) => (await awake()).start(context),
    run: onlyActions,
    sendModule: onlyActions,
    release: onlyActions,
  };
  return {
    plugin: pluginOf(side, request.described, request, tier, async (call) => (await awake()).run(call).settled),
    described: request.described,
    lost,
    get asleep() {
      return !isAwake;
    },
    ping: async (signal) => {
      if (waking !== undefined) await (await waking).ping(signal);
    },
    async [Symbol.asyncDispose]() {
      leaving.abort();
      const remote = await waking?.catch(() => undefined);
      await remote?.[Symbol.asyncDispose]();
    },
  };
}

/** Plugins that bring anything else are not asleep. */
function onlyActions(): never {
  throw new Error('a plugin that sleeps brings only actions');
}
