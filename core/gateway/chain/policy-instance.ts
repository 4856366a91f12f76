import type { GatewayPolicy, PolicyHooks } from '@backplane/sdk';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import type { PolicyNotes } from './policy-notes.ts';

/** One use of a policy, made and ready. */
export interface PolicyInstance {
  readonly use: PolicyUse;
  readonly hooks: Partial<PolicyHooks>;
  readonly onFailure: 'open' | 'closed';
  /** Its place on every exchange. */
  readonly slot: number;
  readonly body: GatewayPolicy['body'];
  /** Absent: always. */
  readonly applies?: (exchange: GatewayExchange) => boolean;
  readonly notes: PolicyNotes;
}
