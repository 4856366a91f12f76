import type { SchemaIssue } from '../../actions/standard-schema.ts';
import type { AdoptedPlugin } from '../../adopt-plugin.ts';
import { grantedPlugin } from '../granted-call.ts';
import type { TierLoad } from '../tier.ts';
import type { RemoteCall } from './active-call.ts';
import { standIn } from './stand-in.ts';

/** The side of a plugin that runs its code. */
export interface RunningSide {
  checkConfig(config: unknown): Promise<readonly SchemaIssue[] | null>;
  start(context: object): Promise<void>;
  run(call: RemoteCall): Promise<unknown>;
}

/** A plugin made of what its side says of it, with no more than what it was granted. */
export function pluginOf(side: RunningSide, described: unknown, { artifact, granted }: TierLoad): AdoptedPlugin {
  const timeouts = new Map<string, number | undefined>();
  const plugin = standIn(described, artifact.manifest, {
    checkConfig: (config) => side.checkConfig(config),
    start: (context) => side.start(context),
    run: (action, call) => side.run(remoteCall(action, call, timeouts.get(action))),
  });
  for (const { name, timeoutMs } of plugin.actions) timeouts.set(name, timeoutMs);
  return grantedPlugin(plugin, artifact.id, granted);
}

function remoteCall(action: string, call: object, timeoutMs: number | undefined): RemoteCall {
  const { input, run, signal, log, progress, ...ports } = call as Omit<RemoteCall, 'action' | 'ports'>;
  return { action, input, run, signal, log, progress, ports, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}
