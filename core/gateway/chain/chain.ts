import type { PolicyStep } from '@backplane/sdk';
import type { BufferLimit } from './buffer-limit.ts';
import type { PolicyExchange } from './policy-exchange.ts';
import type { PolicyInstance } from './policy-instance.ts';

/** One hook of one policy, at its place in the course of a request. */
export interface Step {
  readonly phase: string;
  readonly instance: PolicyInstance;
  /** The body is read before it, and refused where it is larger than the policy can do with. */
  readonly buffer: BufferLimit | undefined;
  run(exchange: PolicyExchange): PolicyStep | undefined;
}

/** Authentication as one step: schemes are tried in order, the first that knows the caller wins. */
export interface AuthenticationStep {
  readonly phase: 'authenticate';
  readonly isRequired: boolean;
  readonly schemes: readonly Step[];
}

/** All policies of a route, flattened by phase. Empty phases cost nothing. */
export interface Chain {
  /** From `route` to `admit`, in order, after the `request` hooks of the route's own policies. */
  readonly before: readonly Step[];
  readonly authentication: AuthenticationStep | undefined;
  /** From `authorize` to `upstream`. */
  readonly after: readonly Step[];
  /** The same without `authorize`: for who need not say who they are. */
  readonly afterUnasked: readonly Step[];
  /** Outermost first. */
  readonly attempts: readonly PolicyInstance[];
  /** Innermost first. */
  readonly answering: readonly PolicyInstance[];
  /** Innermost first: the policies' order turned round, as for the three below. */
  readonly responseHeaders: readonly Step[];
  readonly responseBody: readonly PolicyInstance[];
  /** Whether one of them may change the body, and with it its length. */
  readonly changesBody: boolean;
  readonly error: readonly Step[];
  readonly log: readonly PolicyInstance[];
  /** Most bytes of a request's body that one of them wants to see; undefined: none does. */
  readonly requestBytes: number | undefined;
  /** Policies that want to see a response's body whole. */
  readonly responseBuffers: readonly PolicyInstance[];
}
