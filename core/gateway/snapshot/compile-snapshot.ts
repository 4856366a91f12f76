import { setImmediate } from 'node:timers/promises';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { compileChain, stepsOf } from '../chain/compile-chain.ts';
import { checkCondition, compileCondition } from '../chain/compile-condition.ts';
import { type MadePolicy, type PolicySource, reasonOf } from '../chain/make-policy.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { RefusedSettings, settingLine } from '../chain/refused-settings.ts';
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
import { namingProblem, serviceParameters } from '../services/service-name.ts';
import { ServiceTable } from '../services/service-table.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import type { UpstreamSet } from '../upstreams/upstream-set.ts';
import { FoundServices } from './found-services.ts';
import type { PolicyShelf } from './policy-shelf.ts';
import { Retirement } from './retirement.ts';
import type { Snapshot } from './snapshot.ts';

export interface CompileOptions {
  readonly policies: PolicySource;
  /** Policies that are set up, over reloads. */
  readonly shelf: PolicyShelf;
  readonly upstreams: UpstreamSet;
  /** Absent: services that callers name are not found. */
  readonly services?: ServiceTable;
}

/** What a refused configuration lists. */
export interface PlacedProblem {
  readonly place: Place;
  readonly message: string;
  readonly remedy: string;
  /** Inside the settings of the policy that stands there. */
  readonly setting?: readonly (string | number)[];
}

const ROUTES_AT_ONCE = 250;

/** Makes a model ready to serve. Rejects with GATEWAY_CONFIG_INVALID and every problem with its place; nothing of it is kept then. */
export async function compileSnapshot(model: GatewayModel, options: CompileOptions): Promise<Snapshot> {
  const problems: string[] = [];
  const places: PlacedProblem[] = [];
  const report = (place: Place, message: string, remedy: string, setting?: PlacedProblem['setting']) => {
    problems.push(`${place.file}:${place.line}:${place.column}: ${message}`);
    places.push({ place, message, remedy, ...(setting && { setting }) });
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
      const remedy = 'docs/reference/gateway/policies/ has a page for each policy of Backplane, with all its settings.';
      const say = (reason: string, setting?: PlacedProblem['setting']) =>
        report(use.place, `the policy ${use.policy} cannot be used: ${ended(reason)}`, remedy, setting);
      if (problem instanceof RefusedSettings) for (const one of problem.problems) say(settingLine(one), one.path);
      else say(reasonOf(problem));
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

  const table = options.services ?? new ServiceTable(options.upstreams, async () => ({ is: 'busy', forMs: 0 }));
  const services: FoundServices[] = [];
  const common = await instancesOf(model.policies);
  const routes = new Map<string, CompiledRoute>();
  const ordered: { model: RouteModel; path: RouteEntry['path']; order: number; entry: RouteEntry }[] = [];
  for (const [order, route] of model.routes.entries()) {
    // Requests go on while thousands of routes are made ready.
    if (order % ROUTES_AT_ONCE === ROUTES_AT_ONCE - 1) await setImmediate();
    const own = await instancesOf(route.policies);
    for (const { hooks, use } of own) {
      if (hooks.connection !== undefined)
        report(
          use.place,
          `the policy ${use.policy} decides about connections, which are there before any route.`,
          "Name it under the file's own `policies`.",
        );
    }
    const schemes = await instancesOf(route.authenticate.schemes);
    try {
      if (routes.has(route.id)) throw new Error(`another route has the id ${route.id}`);
      const parts = { common, own, schemes, authenticate: route.authenticate.mode };
      const chain = compileChain(parts);
      const { to, match } = route;
      const target = to.kind === 'upstream' ? compileRewrite(to.path, match.path) : () => '/';
      const path = compilePath(match.path);
      const written = { model: route, chain, target };
      const family = familyOf(route, model);
      let compiled: CompiledRoute;
      if (family === undefined) compiled = { ...written, upstream: upstreamOf(route, upstreamLease.upstreams) };
      else {
        const around = { models: model.upstreams, shelf: options.shelf, upstreams: options.upstreams, table };
        const found = new FoundServices({ written, parts, ...family, ...around });
        services.push(found);
        compiled = { ...written, upstream: undefined, services: found };
      }
      routes.set(route.id, compiled);
      const methods = methodsOf(route);
      ordered.push({
        model: route,
        path,
        order,
        entry: { route: compiled, path, accepts: compileMatch(match), methods },
      });
    } catch (problem) {
      report(route.place, `route ${route.id}: ${reasonOf(problem)}`, remedyOf(problem));
    }
  }
  if (problems.length === 0) for (const found of services) await found.takeOver();
  const release = () =>
    Promise.all([lease.release(), upstreamLease.release(), ...services.map((found) => found.close())]);
  if (problems.length > 0) {
    await release();
    throw raise.GATEWAY_CONFIG_INVALID({ problems }, { details: { problems: places } });
  }
  ordered.sort(compareRoutes);
  const retirement = new Retirement(release);
  return {
    model,
    router: new Router(ordered.map(({ entry }) => entry)),
    routes,
    upstreams: upstreamLease.upstreams,
    services,
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

function ended(sentence: string): string {
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function remedyOf(problem: unknown): string {
  return BackplaneError.is(problem) ? problem.facts.remedy : '';
}

function upstreamOf({ to }: RouteModel, upstreams: ReadonlyMap<string, Upstream>): Upstream | undefined {
  if (to.kind === 'policies') return undefined;
  const upstream = upstreams.get(to.upstream);
  if (upstream === undefined) throw new Error(`there is no upstream ${to.upstream}`);
  return upstream;
}

/** The services among which the path of the route chooses; undefined where it goes to an upstream that is named. */
function familyOf({ to, match }: RouteModel, { upstreams }: GatewayModel) {
  if (to.kind === 'policies') return undefined;
  const family = upstreams.find(({ name }) => name === to.upstream);
  if (family?.targets.kind !== 'services') return undefined;
  const source = family.targets;
  const problem = namingProblem(source);
  if (problem !== undefined) throw new Error(`the services of ${family.name} cannot be named: ${problem}`);
  const given = match.path.kind === 'native' ? match.path.pattern : '';
  const missing = serviceParameters(source).find((name) => !given.includes(`{${name}}`));
  if (missing !== undefined)
    throw new Error(`its path has no {${missing}}, by which ${family.name} would know the service`);
  return { family, source };
}

/** Whoever may GET may ask for the headers alone (RFC 9110 §9.3.2); Ocelot takes only what is written. */
function methodsOf({ compat, match: { methods } }: RouteModel): ReadonlySet<string> | undefined {
  if (methods.length === 0) return undefined;
  return new Set(compat === 'native' && methods.includes('GET') ? [...methods, 'HEAD'] : methods);
}
