import type { PolicyReply, PolicyTarget } from '@backplane/sdk';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { ExchangeView } from '../exchange/exchange-view.ts';
import type { AnswerState, GatewayExchange } from '../exchange/gateway-exchange.ts';
import type { UpstreamPlan } from '../exchange/upstream-plan.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';

/** How one try came out. */
export interface Attempted {
  readonly answer: AnswerState;
  readonly reason: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly target: PolicyTarget | undefined;
  readonly from: { readonly upstream: UpstreamAnswer } | { readonly reply: PolicyReply; readonly by: PolicyInstance };
}

/** A try as the policy sees it that made it. */
export class AttemptView extends ExchangeView {
  readonly attempted: Attempted;
  readonly #plan: UpstreamPlan;

  constructor(exchange: GatewayExchange, instance: PolicyInstance, attempted: Attempted) {
    super(exchange, instance);
    this.attempted = attempted;
    this.#plan = exchange.upstream;
  }

  override get response(): AnswerState {
    return this.attempted.answer;
  }

  override get upstream(): ExchangeView['upstream'] {
    const { target, attempt } = this.attempted;
    const { method, path, headers, timeoutMs, targets } = this.#plan;
    return { method, path, headers, timeoutMs, targets, target, attempt };
  }
}
