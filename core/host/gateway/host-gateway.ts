import type { GatewayOperations } from '../../gateway/operations/gateway-operations.ts';
import type { LiveGateway } from '../../gateway/operations/live-gateway.ts';

/** The gateway of a host and what is asked of it. */
export interface HostGateway {
  readonly live: LiveGateway;
  readonly operations: GatewayOperations;
}
