import type { GatewayModel } from '../model/gateway-model.ts';
import type { RouteModel } from '../model/route-model.ts';
import type { TargetState, UpstreamState } from '../upstreams/upstream.ts';
import type { PolicyState } from '../worker/worker-contract.ts';
import type { PolicyView, RouteView, TargetView, UpstreamView } from './gateway-operations.ts';

const KEPT_VERDICTS = 20;

/** What all workers know of their upstreams, as one. */
export function mergeUpstreams(workers: readonly (readonly UpstreamState[])[]): UpstreamView[] {
  const names = new Set(workers.flatMap((states) => states.map(({ name }) => name)));
  return [...names].sort().map((name) => {
    const states = workers.flatMap((all) => all.filter((state) => state.name === name));
    const targets = new Map<string, TargetState[]>();
    for (const target of states.flatMap((state) => state.targets))
      targets.set(target.id, [...(targets.get(target.id) ?? []), target]);
    const isFound = states.some((state) => state.isFound === true);
    return { name, targets: [...targets.values()].map(mergeTarget), ...(isFound && { isFound }) };
  });
}

function mergeTarget(states: readonly TargetState[]): TargetView {
  const [first] = states as [TargetState];
  const healthyOn = states.filter(({ isHealthy }) => isHealthy).length;
  const because = states.find((state) => state.because !== undefined)?.because;
  return {
    id: first.id,
    weight: first.weight,
    active: states.reduce((sum, { active }) => sum + active, 0),
    isHealthy: healthyOn > 0,
    healthyOn,
    askedWorkers: states.length,
    ...(because !== undefined && { because }),
  };
}

export function mergePolicies(workers: readonly (readonly PolicyState[])[]): PolicyView[] {
  const byId = new Map<string, PolicyState[]>();
  for (const state of workers.flat()) byId.set(state.id, [...(byId.get(state.id) ?? []), state]);
  return [...byId.values()].map((states) => {
    const [first] = states as [PolicyState];
    const means = states.flatMap(({ meanMs }) => meanMs ?? []);
    return {
      id: first.id,
      policy: first.policy,
      answered: states.reduce((sum, { answered }) => sum + answered, 0),
      failed: states.reduce((sum, { failed }) => sum + failed, 0),
      ...(means.length > 0 && { meanMs: means.reduce((sum, mean) => sum + mean, 0) / means.length }),
      verdicts: states
        .flatMap(({ verdicts }) => verdicts)
        .sort((a, b) => b.at - a.at)
        .slice(0, KEPT_VERDICTS),
    };
  });
}

export function routeViews({ routes, policies }: GatewayModel): RouteView[] {
  const common = policies.map(({ policy }) => policy);
  return routes.map((route) => ({
    id: route.id,
    place: route.place,
    compat: route.compat,
    path: pathOf(route),
    methods: route.match.methods,
    hosts: route.match.hosts,
    ...(route.to.kind === 'upstream' && { upstream: route.to.upstream }),
    authentication: route.authenticate.mode,
    schemes: route.authenticate.schemes.map(({ label, policy }) => label ?? policy),
    policies: [...common, ...route.policies.map(({ policy }) => policy)],
    tags: route.tags,
  }));
}

function pathOf({ match: { path } }: RouteModel): string {
  return path.kind === 'native' ? path.pattern : path.template;
}
