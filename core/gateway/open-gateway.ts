import type { Log } from '@backplane/sdk';
import type { PolicySource } from './chain/make-policy.ts';
import { listen } from './listener/listen.ts';
import type { ListenerOptions } from './listener/listener-options.ts';
import type { GatewayModel } from './model/gateway-model.ts';
import { DataPlane, type DataPlaneOptions } from './plane/data-plane.ts';
import { type FindService, ServiceTable } from './services/service-table.ts';
import { compileSnapshot } from './snapshot/compile-snapshot.ts';
import { PolicyShelf } from './snapshot/policy-shelf.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import { UpstreamSet } from './upstreams/upstream-set.ts';

export interface GatewayOptions extends Omit<DataPlaneOptions, 'log'> {
  readonly log: Log;
  readonly model: GatewayModel;
  readonly policies: PolicySource;
  readonly listener: ListenerOptions;
  /** Milliseconds that requests and WebSockets may go on when the gateway stops, or with a configuration that was replaced. */
  readonly drainMs: number;
  /** Absent: services that callers name are not found. */
  readonly findService?: FindService;
}

/** A gateway that listens, in this process. */
export interface Gateway extends AsyncDisposable {
  readonly port: number;
  /** Of all its addresses. */
  readonly ports: readonly number[];
  readonly snapshot: Snapshot;
  readonly upstreams: UpstreamSet;
  /** What is known of services that callers name. */
  readonly services: ServiceTable;
  /** Puts another configuration in place; requests under way finish with the one before. Rejects with GATEWAY_CONFIG_INVALID and changes nothing then. */
  reload(model: GatewayModel): Promise<void>;
}

/** Rejects with GATEWAY_CONFIG_INVALID, SERVER_PORT_IN_USE or SERVER_CANNOT_LISTEN. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { policies, log, drainMs } = options;
  const upstreams = new UpstreamSet();
  const services = new ServiceTable(upstreams, options.findService ?? (async () => ({ is: 'busy', forMs: 0 })));
  const parts = { policies, shelf: new PolicyShelf(policies), upstreams, services };
  const plane = new DataPlane(await compileSnapshot(options.model, parts), options);
  const listener = await listen(plane, options.listener, log);
  const retire = (snapshot: Snapshot) =>
    snapshot
      .retire(drainMs)
      .catch((problem) => log.error('a replaced configuration was not closed', { problem: String(problem) }));
  return {
    port: listener.port,
    ports: listener.ports,
    upstreams,
    services,
    get snapshot() {
      return plane.snapshot;
    },
    async reload(model) {
      void retire(plane.swap(await compileSnapshot(model, parts)));
    },
    async [Symbol.asyncDispose]() {
      await listener.close(drainMs);
      await retire(plane.snapshot);
    },
  };
}
