import type { Engine, HostInfo } from '../executor/engine.ts';
import type { GatewayOperations } from '../gateway/operations/gateway-operations.ts';
import type { Readiness } from '../http/api-services.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import type { Database } from '../storage/database.ts';

const LONGEST_PING_MS = 2_000;

/** Ready while the database answers; failed plugins, and having no share of the runs, only degrade. */
export async function readiness(
  database: Database,
  plugins: PluginHost,
  engine: Engine,
  gateway: Pick<GatewayOperations, 'degraded'>,
): Promise<Readiness> {
  const failedPlugins = plugins
    .records()
    .filter((plugin) => ['failed', 'degraded', 'quarantined'].includes(plugin.state))
    .map((plugin) => `plugin ${plugin.id}: ${plugin.error?.code ?? plugin.state}`);
  const failed = [...failedPlugins, ...((await inTime(gateway.degraded())) ?? ['gateway: does not answer'])];
  if (database.embedded) {
    const ready = (await inTime(database.ping().then(() => true))) === true;
    return { ready, degraded: ready ? failed : [NO_DATABASE, ...failed] };
  }
  const hosts = await inTime<readonly HostInfo[]>(engine.hosts());
  if (hosts === undefined) return { ready: false, degraded: [NO_DATABASE, ...failed] };
  const hasShare = hosts.some(({ self, shards }) => self && shards > 0);
  return { ready: true, degraded: hasShare ? failed : [NO_SHARE, ...failed], hosts: hosts.length };
}

const NO_DATABASE = 'database: does not answer';
const NO_SHARE = 'engine: has no share of the runs yet';

/** Undefined when it fails or takes too long. */
function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), LONGEST_PING_MS);
  return Promise.race([work.catch(() => undefined), promise]).finally(() => clearTimeout(timer));
}
