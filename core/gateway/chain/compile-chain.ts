import type { BodyAccess, Exchange, PolicyPhase } from '@backplane/sdk';
import type { AuthenticationUse } from '../model/route-model.ts';
import type { AuthenticationStep, BufferLimit, Chain, Step } from './chain.ts';
import type { PolicyInstance } from './policy-instance.ts';

const BEFORE: readonly PolicyPhase[] = ['route', 'admit'];
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
    attemptsNeedBody: attempts.some(({ body }) => typeof body?.request === 'object'),
    responseHeaders: stepsOf(turned, 'responseHeaders'),
    responseBody,
    changesBody: responseBody.some(({ body }) => body?.response !== 'look'),
    error: turned.filter(({ hooks }) => hooks.error !== undefined).map((instance) => errorStep(instance)),
    log: all.filter(({ hooks }) => hooks.log !== undefined),
    requestBuffer: widest(all.map(({ body }) => body?.request)),
    responseBuffer: widest(all.map(({ body }) => body?.response)),
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
        needsBody: typeof instance.body?.request === 'object' && phase !== 'request' && phase !== 'responseHeaders',
        run: (exchange) => hook(exchange.viewOf(instance)),
      };
    });
}

function errorStep(instance: PolicyInstance): Step {
  const { hooks } = instance;
  return {
    phase: 'error',
    instance,
    needsBody: false,
    run: (exchange) => hooks.error!(exchange.viewOf(instance), exchange.failure!),
  };
}

/** A policy that authenticates asks for a caller, unless the route says that it does without one. */
function authenticationOf(schemes: readonly Step[], mode: AuthenticationUse['mode']): AuthenticationStep | undefined {
  if (schemes.length === 0 && mode !== 'required') return undefined;
  return { phase: 'authenticate', isRequired: mode !== 'optional', schemes };
}

function widest(accesses: readonly (BodyAccess | undefined)[]): BufferLimit | undefined {
  const limits = accesses.flatMap((access) => (typeof access === 'object' ? [access.buffer] : []));
  if (limits.length === 0) return undefined;
  return {
    maxBytes: Math.max(...limits.map(({ maxBytes }) => maxBytes)),
    onOverflow: limits.some(({ onOverflow }) => onOverflow === 'refuse') ? 'refuse' : 'skip',
  };
}
