import type { ContextPort } from '../ports/ports.ts';
import type { AnySchema } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Opened, Opens } from './context.ts';

/** Who wants to do what, with what. */
export interface DecisionQuery {
  readonly subject: {
    readonly id: string;
    readonly kind: 'user' | 'service' | 'api-key' | 'anonymous';
    readonly roles: readonly string[];
    readonly groups: readonly string[];
    readonly claims: Readonly<Record<string, unknown>>;
  };
  /** A scope: `workflow:execute`, `action:tools.slack.post_message:execute`. */
  readonly action: string;
  readonly resource: {
    readonly type: string;
    readonly id?: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  };
  readonly organisation?: string;
  readonly workspace?: string;
  /** Address, time and the like. */
  readonly context: Readonly<Record<string, unknown>>;
}

export interface Decision {
  /** `abstain` leaves it to the host's own rules. A rejection, or no answer in time, is a deny. */
  readonly effect: 'permit' | 'deny' | 'abstain';
  /** Sentences for people: what `explain` shows. At least one for a deny. */
  readonly because: readonly string[];
  /** How long the answer holds, in milliseconds; default 0. */
  readonly cacheForMs?: number;
}

export interface Decider extends Opened {
  decide(query: DecisionQuery, signal: AbortSignal): Promise<Decision>;
}

export interface DecisionPointSpec<C extends AnySchema, U extends ContextPort> extends Opens<C, U, Decider> {}

export type DecisionPoint = DecisionPointSpec<any, any> & Tagged<'decision-point'>;

/** Declares a policy decision point, such as OPA, that is asked beside the host's own roles. It can only take away. */
export function defineDecisionPoint<C extends AnySchema, const U extends ContextPort = never>(
  spec: DecisionPointSpec<C, U>,
): DecisionPointSpec<C, U> & Tagged<'decision-point'> {
  return tag('decision-point', spec);
}
