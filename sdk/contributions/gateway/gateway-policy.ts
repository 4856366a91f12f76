import type { ContextPort } from '../../ports/ports.ts';
import type { AnySchema } from '../../schema.ts';
import { type Tagged, tag } from '../../tag.ts';
import type { Context, Described, Opened } from '../context.ts';
import type { Identities } from './identities.ts';
import type { Meters } from './meters.ts';
import type { PolicyHooks, PolicyPhase } from './policy-hooks.ts';
import type { SharedState } from './shared-state.ts';

/**
 * Bodies stream past unless a policy asks for them. `look` sees the pieces of an answer and changes nothing, so that its length stays known;
 * `buffer` holds up to so many bytes, then refuses or does without.
 */
export type BodyAccess =
  | 'none'
  | 'look'
  | 'stream'
  | { readonly buffer: { readonly maxBytes: number; readonly onOverflow: 'refuse' | 'skip' } };

/** Whether a request goes on when the policy itself fails. Authentication and authorisation are always closed. */
export type FailureMode<P extends PolicyPhase> =
  Extract<P, 'authenticate' | 'authorize'> extends never ? 'open' | 'closed' : 'closed';

export interface BodyNeeds {
  readonly request?: BodyAccess;
  readonly response?: BodyAccess;
}

export type PolicyContext<C extends AnySchema, U extends ContextPort> = Context<C, U> & {
  readonly shared: SharedState;
  readonly meters: Meters;
  readonly identities: Identities;
  /** This use of the policy: the same on all workers and hosts and after a reload. Keys of shared state begin with it. */
  readonly use: {
    readonly id: string;
    /** The name of an authentication scheme, where a file's `authentication` lists this use under one: what `identity.scheme` says. */
    readonly scheme?: string;
  };
  /** Epoch milliseconds. */
  now(): number;
};

export interface GatewayPolicySpec<C extends AnySchema, P extends PolicyPhase, U extends ContextPort, Own>
  extends Described {
  /** What routes write: `rate-limit`. */
  readonly name: string;
  /** Of one use on a route. */
  readonly config: C;
  /** Exactly the hooks that it brings. Their order among policies is the route's matter. */
  readonly phases: readonly P[];
  readonly onFailure: FailureMode<P>;
  /** Of all uses; what `create` gives as `body` counts instead, for uses that need less or more. */
  readonly body?: BodyNeeds;
  /** Default all. */
  readonly protocols?: readonly ('http' | 'ws' | 'sse' | 'grpc')[];
  /** Its hooks wait for other routes or for workflows, under limits of their own: the host's limit on how long a policy may think does not count. */
  readonly waits?: boolean;
  /** How configuration of several levels comes together: the nearest whole, or option by option. Default `replace`. */
  readonly merge?: 'replace' | 'options';
  readonly uses?: readonly U[];
  /** Once for each use on a route: do all that can be done before a request comes. A throw refuses the configuration as a whole. */
  create(context: PolicyContext<C, U>): MadeHooks<P, Own> | Promise<MadeHooks<P, Own>>;
}

type MadeHooks<P extends PolicyPhase, Own> = Pick<PolicyHooks<Own>, P> & Opened & { readonly body?: BodyNeeds };

export type GatewayPolicy = GatewayPolicySpec<any, any, any, any> & Tagged<'gateway-policy'>;

/** Declares what a route of the gateway can do with a request. */
export function defineGatewayPolicy<
  C extends AnySchema,
  const P extends PolicyPhase,
  const U extends ContextPort = never,
  Own = unknown,
>(spec: GatewayPolicySpec<C, P, U, Own>): GatewayPolicySpec<C, P, U, Own> & Tagged<'gateway-policy'> {
  return tag('gateway-policy', spec);
}
