import type {
  GatewayRouteAnswer,
  GatewayRouteCall,
  Log,
  PolicyConnection,
  PolicyIdentity,
  ResponseExchange,
} from '@backplane/sdk';
import type { SlotOwner } from '../chain/slot-owner.ts';
import type { RequestView } from './request-view.ts';

/** What a policy's view shows of an exchange. */
export interface ViewedExchange {
  id: string;
  readonly request: RequestView;
  readonly connection: PolicyConnection;
  readonly routeFacts: ResponseExchange['route'];
  identity: PolicyIdentity | undefined;
  readonly signal: AbortSignal;
  readonly upstream: ResponseExchange['upstream'];
  readonly response: ResponseExchange['response'];
  /** What policies keep from one phase to the next, by slot. */
  readonly owned: unknown[];
  logOf(policy: SlotOwner): Log;
  limitBody(maxBytes: number): boolean;
  defer(work: () => void | Promise<void>): void;
  call(call: GatewayRouteCall): Promise<GatewayRouteAnswer>;
}
