import type { AdoptedPlugin } from '../../adopt-plugin.ts';
import { grantedPlugin } from '../granted-call.ts';
import type { TierLoad, TierName } from '../tier.ts';
import { actionCall, type RemoteCall } from './remote-call.ts';
import { type Elsewhere, standIn } from './stand-in.ts';

/** The side of a plugin that runs its code. */
export type RunningSide = Omit<Elsewhere, 'tier' | 'act'>;

/** A plugin made of what its side says of it, with no more than what it was granted. */
export function pluginOf(
  side: RunningSide,
  described: unknown,
  { artifact, granted }: TierLoad,
  tier: TierName,
  act: (call: RemoteCall) => Promise<unknown> = (call) => side.run(call).settled,
): AdoptedPlugin {
  const timeouts = new Map<string, number | undefined>();
  const plugin = standIn(described, artifact.manifest, {
    tier,
    id: side.id,
    checkConfig: (config) => side.checkConfig(config),
    start: (context) => side.start(context),
    act: (action, call) => act(actionCall(action, call, timeouts.get(action))),
    run: (call) => side.run(call),
    sendModule: (code) => side.sendModule(code),
    release: (id) => side.release(id),
  });
  for (const { name, timeoutMs } of plugin.actions) timeouts.set(name, timeoutMs);
  return grantedPlugin(plugin, artifact.id, granted);
}
