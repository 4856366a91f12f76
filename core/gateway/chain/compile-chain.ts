import type { BodyAccess, Exchange, PolicyPhase } from '@backplane/sdk';
import type { AuthenticationUse } from '../model/route-model.ts';
import type { BufferLimit } from './buffer-limit.ts';
import type { AuthenticationStep, Chain, Step } from './chain.ts';
import type { PolicyInstance } from './policy-instance.ts';
import type { SlotOwner } from './slot-owner.ts';

const BEFORE: readonly PolicyPhase[] = ['route', 'admit'];
/** Before the route is known, and after the request has gone, nobody reads its body. */
const WITHOUT_BODY: ReadonlySet<PolicyPhase> = new Set(['request', 'responseHeaders']);
const AFTER: readonly PolicyPhase[] = ['authorize', 'rewrite', 'cache', 'upstream'];

export interface ChainParts {
  /** Of the gateway, outermost first. */
  readonly common: readonly PolicyInstance[];
  /** Of the route. */
  readonly own: readonly PolicyInstance[];
  readonly schemes: readonly PolicyInstance[];
  readonly authenticate: AuthenticationUse['mode'];
}

/** Flattens the policies of a route by phase. `common` has run its `request` hooks before the route was known. */
export function compileChain({ common, own, schemes, authenticate }: ChainParts): Chain {
  const all = [...common, ...schemes, ...own];
  const turned = all.toReversed();
  const after = AFTER.flatMap((phase) => stepsOf(all, phase));
  const attempts = all.filter(({ hooks }) => hooks.attempt !== undefined);
  const responseBody = turned.filter(({ hooks }) => hooks.responseBody !== undefined);
  return {
    before: [...stepsOf([...schemes, ...own], 'request'), ...BEFORE.flatMap((phase) => stepsOf(all, phase))],
    authentication: authenticationOf(stepsOf(all, 'authenticate'), authenticate),
    after,
    afterUnasked: after.filter(({ phase }) => phase !== 'authorize'),
    attempts,
    answering: turned,
    responseHeaders: stepsOf(turned, 'responseHeaders'),
    responseBody,
    changesBody: changesBody(responseBody),
    error: turned.filter(({ hooks }) => hooks.error !== undefined).map((instance) => errorStep(instance)),
    log: all.filter(({ hooks }) => hooks.log !== undefined),
    requestBytes: widest(all),
    responseBuffers: all.filter(({ body }) => bufferOf(body?.response) !== undefined),
  };
}

/** The hooks of one phase; each sees the request through a view of its own policy. */
export function stepsOf(instances: readonly PolicyInstance[], phase: PolicyPhase): Step[] {
  return instances
    .filter(({ hooks }) => hooks[phase] !== undefined)
    .map((instance) => {
      const { hooks } = instance;
      const hook = (hooks[phase] as (exchange: Exchange) => ReturnType<Step['run']>).bind(hooks);
      return {
        phase,
        instance,
        buffer: WITHOUT_BODY.has(phase) ? undefined : bufferOf(instance.body?.request),
        run: (exchange) => hook(exchange.viewOf(instance)),
      };
    });
}

function errorStep(instance: PolicyInstance): Step {
  const { hooks } = instance;
  return {
    phase: 'error',
    instance,
    buffer: undefined,
    run: (exchange) => hooks.error!(exchange.viewOf(instance), exchange.failure!),
  };
}

/** A policy that authenticates asks for a caller, unless the route says that it does without one. */
function authenticationOf(schemes: readonly Step[], mode: AuthenticationUse['mode']): AuthenticationStep | undefined {
  if (schemes.length === 0 && mode !== 'required') return undefined;
  return { phase: 'authenticate', isRequired: mode !== 'optional', schemes };
}

/** The same chain, as far as it is outside of a policy that has put another answer in the place of the one before. */
export function chainOutside(chain: Chain, { slot }: SlotOwner): Chain {
  return without(
    chain,
    new Set(chain.answering.slice(0, chain.answering.findIndex((policy) => policy.slot === slot) + 1)),
  );
}

const kept = new WeakMap<Chain, Map<number, Chain>>();

/**
 * For an answer that a policy has kept: what those inside of it make of bodies is kept with it. Their headers are looked at again, since they speak of
 * the request.
 */
export function chainOfKept(chain: Chain, { slot }: SlotOwner): Chain {
  let bySlot = kept.get(chain);
  if (bySlot === undefined) {
    bySlot = new Map();
    kept.set(chain, bySlot);
  }
  const known = bySlot.get(slot);
  if (known !== undefined) return known;
  const inside = chain.answering.slice(
    0,
    chain.answering.findIndex((policy) => policy.slot === slot),
  );
  const done = new Set(
    inside.filter(({ hooks, body }) => hooks.responseBody !== undefined || bufferOf(body?.response) !== undefined),
  );
  const made = without(chain, done);
  bySlot.set(slot, made);
  return made;
}

function without(chain: Chain, done: ReadonlySet<PolicyInstance>): Chain {
  const responseBody = chain.responseBody.filter((instance) => !done.has(instance));
  return {
    ...chain,
    responseHeaders: chain.responseHeaders.filter(({ instance }) => !done.has(instance)),
    responseBody,
    changesBody: changesBody(responseBody),
    responseBuffers: chain.responseBuffers.filter((instance) => !done.has(instance)),
  };
}

function changesBody(instances: readonly PolicyInstance[]): boolean {
  return instances.some(({ body }) => body?.response !== 'look');
}

export function bufferOf(access: BodyAccess | undefined): BufferLimit | undefined {
  return typeof access === 'object' ? access.buffer : undefined;
}

function widest(instances: readonly PolicyInstance[]): number | undefined {
  const limits = instances.flatMap(({ body }) => bufferOf(body?.request)?.maxBytes ?? []);
  return limits.length === 0 ? undefined : Math.max(...limits);
}
