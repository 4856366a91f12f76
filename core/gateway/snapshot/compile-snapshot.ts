import { setImmediate } from 'node:timers/promises';
import { raise } from '../../errors/catalogue.ts';
import { compileChain, stepsOf } from '../chain/compile-chain.ts';
import { checkCondition, compileCondition } from '../chain/compile-condition.ts';
import { type MadePolicy, type PolicySource, reasonOf } from '../chain/make-policy.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { Place } from '../model/place.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import type { RouteModel } from '../model/route-model.ts';
import { compileMatch } from '../router/compile-match.ts';
import { compilePath } from '../router/compile-path.ts';
import { compileRewrite } from '../router/compile-rewrite.ts';
import type { CompiledRoute } from '../router/compiled-route.ts';
import { compareRoutes } from '../router/route-order.ts';
import { type RouteEntry, Router } from '../router/router.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import type { UpstreamSet } from '../upstreams/upstream-set.ts';
import type { PolicyShelf } from './policy-shelf.ts';
import { Retirement } from './retirement.ts';
import type { Snapshot } from './snapshot.ts';

export interface CompileOptions {
  readonly policies: PolicySource;
  /** Policies that are set up, over reloads. */
  readonly shelf: PolicyShelf;
  readonly upstreams: UpstreamSet;
}

const ROUTES_AT_ONCE = 250;

/** Makes a model ready to serve. Rejects with GATEWAY_CONFIG_INVALID and every problem with its place; nothing of it is kept then. */
export async function compileSnapshot(model: GatewayModel, options: CompileOptions): Promise<Snapshot> {
  const problems: string[] = [];
  const places: { readonly place: Place; readonly message: string }[] = [];
  const report = (place: Place, message: string) => {
    problems.push(`${place.file}:${place.line}:${place.column}: ${message}`);
    places.push({ place, message });
  };
  const lease = options.shelf.lease();
  const upstreamLease = options.upstreams.lease(model.upstreams);
  const instances: PolicyInstance[] = [];
  const known = new Map<string, PolicyInstance>();

  const instanceOf = async (use: PolicyUse): Promise<PolicyInstance | undefined> => {
    const shared = known.get(use.id);
    if (shared !== undefined && shared.use === use) return shared;
    let made: MadePolicy;
    try {
      made = await lease.take(use);
      checkCondition(use, made.policy.phases as readonly string[]);
      const applies = compileCondition(use.when, made.policy.protocols);
      const instance: PolicyInstance = {
        use,
        hooks: made.hooks,
        notes: made.notes,
        onFailure: made.policy.onFailure,
        waits: made.policy.waits ?? false,
        slot: instances.length,
        body: made.hooks.body ?? made.policy.body,
        ...(applies && { applies }),
      };
      instances.push(instance);
      known.set(use.id, instance);
      return instance;
    } catch (problem) {
      report(use.place, `the policy ${use.policy} refuses its configuration: ${reasonOf(problem)}`);
      return undefined;
    }
  };
  const instancesOf = async (uses: readonly PolicyUse[]) => {
    const all: PolicyInstance[] = [];
    for (const use of uses) {
      const instance = await instanceOf(use);
      if (instance !== undefined) all.push(instance);
    }
    return all;
  };

  const common = await instancesOf(model.policies);
  const routes = new Map<string, CompiledRoute>();
  const ordered: { model: RouteModel; path: RouteEntry['path']; order: number; entry: RouteEntry }[] = [];
  for (const [order, route] of model.routes.entries()) {
    // Requests go on while thousands of routes are made ready.
    if (order % ROUTES_AT_ONCE === ROUTES_AT_ONCE - 1) await setImmediate();
    const own = await instancesOf(route.policies);
    for (const { hooks, use } of own) {
      if (hooks.connection !== undefined)
        report(use.place, `the policy ${use.policy} decides about connections: name it in the gateway's policies`);
    }
    const schemes = await instancesOf(route.authenticate.schemes);
    try {
      if (routes.has(route.id)) throw new Error(`another route has the id ${route.id}`);
      const chain = compileChain({ common, own, schemes, authenticate: route.authenticate.mode });
      const upstream = upstreamOf(route, upstreamLease.upstreams);
      const { to, match } = route;
      const target = to.kind === 'upstream' ? compileRewrite(to.path, match.path) : () => '/';
      const path = compilePath(match.path);
      const compiled: CompiledRoute = { model: route, chain, upstream, target };
      routes.set(route.id, compiled);
      const methods = methodsOf(route);
      ordered.push({
        model: route,
        path,
        order,
        entry: { route: compiled, path, accepts: compileMatch(match), methods },
      });
    } catch (problem) {
      report(route.place, `route ${route.id}: ${reasonOf(problem)}`);
    }
  }
  if (problems.length > 0) {
    await Promise.all([lease.release(), upstreamLease.release()]);
    throw raise.GATEWAY_CONFIG_INVALID({ problems }, { details: { problems: places } });
  }
  ordered.sort(compareRoutes);
  const retirement = new Retirement(() => Promise.all([lease.release(), upstreamLease.release()]));
  return {
    model,
    router: new Router(ordered.map(({ entry }) => entry)),
    routes,
    upstreams: upstreamLease.upstreams,
    policies: instances,
    connectionPolicies: common.filter(({ hooks }) => hooks.connection !== undefined),
    isOcelot: model.routes.length > 0 && model.routes.every(({ compat }) => compat !== 'native'),
    requestSteps: stepsOf(common, 'request'),
    common: compileChain({ common, own: [], schemes: [], authenticate: 'optional' }),
    enter: () => retirement.enter(),
    leave: () => retirement.leave(),
    retire: (graceMs) => retirement.begin(graceMs),
  };
}

function upstreamOf({ to }: RouteModel, upstreams: ReadonlyMap<string, Upstream>): Upstream | undefined {
  if (to.kind === 'policies') return undefined;
  const upstream = upstreams.get(to.upstream);
  if (upstream === undefined) throw new Error(`there is no upstream ${to.upstream}`);
  return upstream;
}

/** Whoever may GET may ask for the headers alone (RFC 9110 §9.3.2); Ocelot takes only what is written. */
function methodsOf({ compat, match: { methods } }: RouteModel): ReadonlySet<string> | undefined {
  if (methods.length === 0) return undefined;
  return new Set(compat === 'native' && methods.includes('GET') ? [...methods, 'HEAD'] : methods);
}
