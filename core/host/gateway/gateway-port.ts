import type { Gateway } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { LiveGateway } from '../../gateway/operations/live-gateway.ts';
import type { HostPorts } from '../../plugins/ports/host-ports.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** A timer cannot be set for longer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Lends the services behind the gateway. They are the default workspace's, as its secrets are, and no route asks here who somebody is: other
 * workspaces are refused. Undefined: the gateway has not been made yet.
 */
export function gatewayPort(live: () => Pick<LiveGateway, 'workers'> | undefined): NonNullable<HostPorts['gateway']> {
  return { in: (workspace) => (workspace === DEFAULT_WORKSPACE ? lent(live) : REFUSED) };
}

const REFUSED: Gateway = { request: () => Promise.reject(raise.GATEWAY_CALL_REFUSED({})) };

function lent(live: () => Pick<LiveGateway, 'workers'> | undefined): Gateway {
  return {
    async request({ upstream, method = 'GET', path, headers = {}, body, timeoutMs = DEFAULT_TIMEOUT_MS, signal }) {
      const gateway = live();
      if (gateway === undefined) throw raise.GATEWAY_NOT_RUNNING({ why: 'the host is being started' });
      const call = {
        upstream,
        method: method.toUpperCase(),
        path,
        headers,
        timeoutMs: Math.ceil(Math.min(timeoutMs, LONGEST_MS)),
        ...(body !== undefined && { body: typeof body === 'string' ? new TextEncoder().encode(body) : body }),
      };
      return gateway.workers.request(call, signal ?? new AbortController().signal);
    },
  };
}
