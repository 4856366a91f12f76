import { realpathSync } from 'node:fs';
import { loadFailure } from '../../lifecycle/load-failure.ts';
import { entryPath } from '../../manifest/entry-path.ts';
import type { Tier, TierInstance, TierLimits, TierLoad, TierName } from '../tier.ts';
import type { Turns } from '../turns.ts';
import type { FromGuest } from '../wire.ts';
import { asleep, type Loaded } from './asleep.ts';
import type { ChildCommand } from './child-link.ts';
import { claimedError } from './claimed-error.ts';
import { pluginOf } from './plugin-of.ts';
import { refuseLinks } from './refuse-links.ts';
import { type RemoteOptions, RemotePlugin } from './remote-plugin.ts';

export type CommandFor = (folder: string, limits: TierLimits, expressions: boolean) => ChildCommand;

/** How often the memory of the processes is looked at. */
const WATCH_MS = 100;
/** Of processes without calls only every so many times. */
const IDLE_TURNS = 10;
/** Processes with calls that last are asked for a sign of life every so many times. */
const PULSE_TURNS = 20;

/** A tier whose plugins have a process each. */
export function createRemoteTier(
  name: TierName,
  commandFor: CommandFor,
  { turns, ...options }: RemoteOptions & { readonly turns?: Turns },
): Tier {
  const running = new Set<RemotePlugin>();
  /** Plugins whose actions compute with the expression language, which takes long to load: found out once. */
  const withExpressions = new Set<string>();
  const { hostCode = new Map() } = options;
  let turn = 0;
  const watch = setInterval(() => {
    turn += 1;
    for (const plugin of running) {
      if (plugin.busy || turn % IDLE_TURNS === 0) plugin.watch.checkMemory();
      if (turn % PULSE_TURNS === 0) plugin.watch.checkPulse();
    }
  }, WATCH_MS).unref();

  async function load(request: TierLoad): Promise<TierInstance> {
    if (request.described !== undefined) return asleep(request, name, (awake) => loadNow(awake));
    const { remote, described } = await loadNow(request);
    return remote.instance(pluginOf(remote, described, request, name), described);
  }

  async function loadNow(request: TierLoad): Promise<Loaded> {
    const { artifact, limits } = request;
    const { id, manifest } = artifact;
    await request.check?.();
    const folder = realpathSync(artifact.folder);
    const entry = entryPath(id, folder, manifest.entry);
    refuseLinks(id, folder);
    const expressions = withExpressions.has(artifact.integrity);
    const kind = expressions ? `${name} with expressions` : name;
    const command = { ...commandFor(folder, limits, expressions), code: hostCode.get(kind) };
    const onHostCode = (code: Uint8Array) => void hostCode.set(kind, code);
    const remote = new RemotePlugin(command, request, { ...options, tier: name, onHostCode });
    running.add(remote);
    void remote.gone.then(() => running.delete(remote));
    try {
      const first = await remote.import(entry);
      if (first.t === 'loaded') return { remote, described: first.plugin };
      if (first.t === 'unloadable') throw failureOf(first, request);
      if (expressions) throw remote.wrong('it asks twice for the same');
      withExpressions.add(artifact.integrity);
    } catch (thrown) {
      await remote[Symbol.asyncDispose]();
      throw loadFailure(id, folder, thrown, 'load');
    }
    await remote[Symbol.asyncDispose]();
    return loadNow(request);
  }

  return {
    name,
    ...(turns && { turns }),
    load,
    async [Symbol.asyncDispose]() {
      clearInterval(watch);
      await Promise.all([...running].map((plugin) => plugin[Symbol.asyncDispose]()));
    },
  };
}

function failureOf({ error }: Extract<FromGuest, { t: 'unloadable' }>, { artifact, limits }: TierLoad): unknown {
  return claimedError(error, { plugin: artifact.id, action: '', args: {}, outputChars: limits.outputChars });
}
