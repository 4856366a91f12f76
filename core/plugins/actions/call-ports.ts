import type { Gateway, Http, PortName, Scripts } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import type { ScriptSandbox } from '../../sandbox/script-sandbox.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { bindConnections } from '../connections/bound-connections.ts';
import { expressionsPort } from '../ports/expressions-port.ts';
import type { HostPorts, PortCaller } from '../ports/host-ports.ts';
import type { AdoptedAction } from './action-shape.ts';

/** Ports that the SDK has and no host has yet. */
export const NOT_LENT: readonly PortName[] = ['files', 'events'];

/** Exactly the ports that the action names in `uses`, made for this one call. Throws PLUGIN_PORT_UNAVAILABLE, PLUGIN_PORT_NOT_LENT, PLUGIN_CONNECTION_MISSING, PLUGIN_CONNECTION_INVALID. */
export async function callPorts(
  action: Pick<AdoptedAction, 'name' | 'uses' | 'connections'>,
  host: HostPorts,
  caller: PortCaller,
  secrets: SecretValues,
): Promise<Record<string, unknown>> {
  const ports = usedPorts(action, host, caller, secrets);
  if (Object.keys(action.connections).length > 0) ports['connections'] = await connectionsFor(action, host, caller);
  return ports;
}

/** The same for what is no action and has no connections. Throws PLUGIN_PORT_UNAVAILABLE, PLUGIN_PORT_NOT_LENT. */
export function usedPorts(
  { name, uses }: Pick<AdoptedAction, 'name' | 'uses'>,
  host: HostPorts,
  caller: PortCaller,
  secrets: SecretValues = {},
): Record<string, unknown> {
  const ports: Record<string, unknown> = {};
  for (const port of uses) {
    const made = portFor(port, host, caller, secrets);
    if (NOT_LENT.includes(port)) throw raise.PLUGIN_PORT_NOT_LENT({ action: name, port });
    if (made === undefined) throw raise.PLUGIN_PORT_UNAVAILABLE({ action: name, port });
    ports[port] = made;
  }
  return ports;
}

function portFor(
  port: AdoptedAction['uses'][number],
  host: HostPorts,
  caller: PortCaller,
  secrets: SecretValues,
): unknown {
  switch (port) {
    case 'secrets':
      return secrets;
    case 'expressions':
      return expressionsPort;
    case 'http':
      return host.http && cancellableHttp(host.http, caller.signal);
    case 'scripts':
      return host.scripts && tenantScripts(host.scripts, caller);
    case 'kv':
      return host.kv?.scope(keyScope(caller));
    case 'workflows':
      return host.workflows?.in(caller.workspace);
    case 'gateway':
      return host.gateway && cancellableGateway(host.gateway.in(caller.workspace), caller.signal);
    case 'database':
      return host.database?.of(caller.plugin, caller.signal);
  }
}

function connectionsFor(
  action: Pick<AdoptedAction, 'name' | 'connections'>,
  host: HostPorts,
  caller: PortCaller,
): Promise<object> {
  const { connections: source, http } = host;
  if (source === undefined || http === undefined)
    throw raise.PLUGIN_PORT_UNAVAILABLE({ action: action.name, port: 'connections' });
  return bindConnections(action.connections, { source, http, ...caller });
}

/** Requests end with the call that makes them, whether or not the plugin passes its signal on. */
function cancellableHttp(http: Http, signal: AbortSignal): Http {
  return { send: (request) => http.send({ ...request, signal: both(signal, request.signal) }) };
}

function cancellableGateway(gateway: Gateway, signal: AbortSignal): Gateway {
  return { request: (request) => gateway.request({ ...request, signal: both(signal, request.signal) }) };
}

function tenantScripts(sandbox: ScriptSandbox, { workspace, signal }: PortCaller): Scripts {
  return { run: (request) => sandbox.run({ ...request, tenant: workspace, signal: both(signal, request.signal) }) };
}

/** Each plugin has its own in each workspace. What was kept before there were others stands under `default`. */
function keyScope({ workspace, plugin }: PortCaller): string {
  return `${workspace === DEFAULT_WORKSPACE ? 'default' : workspace}/${plugin}`;
}

function both(call: AbortSignal, own: AbortSignal | undefined): AbortSignal {
  return own === undefined || own === call ? call : AbortSignal.any([call, own]);
}
