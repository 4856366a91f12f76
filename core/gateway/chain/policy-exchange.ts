import type { ErrorRecord, Log, PolicyIdentity, PolicyReply, ResponseExchange } from '@backplane/sdk';
import type { RequestView } from '../exchange/request-view.ts';
import type { BufferLimit } from './buffer-limit.ts';
import type { PolicyNotes } from './policy-notes.ts';
import type { SlotOwner } from './slot-owner.ts';

/** A request on its way, as far as the chain of policies has to do with it. */
export interface PolicyExchange {
  readonly id: string;
  readonly request: RequestView;
  readonly identity: PolicyIdentity | undefined;
  /** What went wrong, for the `error` hooks. */
  readonly failure: ErrorRecord | undefined;
  readonly log: Log;
  /** Whether hooks are timed: of one request in many. */
  readonly isTimed: boolean;
  /** Milliseconds that a hook may take to decide. */
  readonly policyLimitMs: number;
  readonly mayReadBody: boolean;
  /** Holds as much of the body as the policies of the route want to see. */
  readBody(): Promise<void>;
  /** Throws GATEWAY_BODY_TOO_LARGE where the body is larger than a policy can do with. */
  checkHeldBody(limit: BufferLimit): void;
  viewOf(policy: SlotOwner): ResponseExchange;
  /** Notes who answered; always true. */
  stopWith(reply: PolicyReply, by: Answering): true;
}

/** The hook that answered. */
export interface Answering {
  readonly phase: string;
  readonly instance: SlotOwner & { readonly notes: PolicyNotes };
}
