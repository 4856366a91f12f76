import type { GatewayPolicy, PolicyHooks } from '@backplane/sdk';
import type { PolicyExchange } from './policy-exchange.ts';
import type { PolicyNotes } from './policy-notes.ts';
import type { SlotOwner } from './slot-owner.ts';

/** One use of a policy, made and ready. */
export interface PolicyInstance extends SlotOwner {
  readonly hooks: Partial<PolicyHooks>;
  readonly onFailure: 'open' | 'closed';
  /** Waits for others under limits of its own. */
  readonly waits: boolean;
  readonly body: GatewayPolicy['body'];
  /** Absent: always. */
  readonly applies?: (exchange: PolicyExchange) => boolean;
  readonly notes: PolicyNotes;
}
