import type { Chain, Step } from '../chain/chain.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { RequestView } from '../exchange/request-view.ts';
import { safePath } from '../exchange/safe-path.ts';
import type { UpstreamModel } from '../model/upstream-model.ts';
import type { CompiledRoute } from '../router/compiled-route.ts';
import { type Found, wantedMethod } from '../router/router.ts';
import type { NamedService } from '../services/service-name.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { considerRoutes } from './consider-routes.ts';
import type { ExplainedPhase, ExplainedRoute, ExplainedStep, ExplainRequest, Explanation } from './explanation.ts';

/** Says what would become of a request, without sending one. */
export function explainRequest(snapshot: Snapshot, asked: ExplainRequest): Explanation {
  const request = viewOf(asked);
  const { method, host, rawPath: path, rawQuery: query } = request;
  const base = { request: { method, host, path, query } };
  if (safePath(path) === undefined) {
    const because = 'its path can be understood in more than one way';
    return { ...base, refused: { status: 400, because }, considered: [], chain: [] };
  }
  const found = snapshot.router.find(request);
  const considered = considerRoutes(snapshot.model.routes, request, found?.route.model.id);
  if (found !== undefined) {
    const { services } = found.route;
    const named = services?.nameOf(found.params);
    if (services !== undefined && named === undefined) {
      const because = `the route ${found.route.model.id} is for services, and its path names none that may be called`;
      const refused = { status: 404, because };
      return { ...base, refused, considered, chain: phasesOf(snapshot, found.route.chain, request) };
    }
    const known = named && services!.known(named);
    const route = explainedRoute(snapshot, request, { ...found, route: known ?? found.route }, named);
    return { ...base, route, considered, chain: phasesOf(snapshot, (known ?? found.route).chain, request) };
  }
  const allowed = snapshot.router.methodsFor(request);
  const refused =
    allowed.length > 0
      ? { status: 405, because: `${wantedMethod(request)} is not possible here, only ${allowed.join(', ')}` }
      : { status: 404, because: 'no route is for this address' };
  return { ...base, refused, considered, chain: phasesOf(snapshot, snapshot.common, request) };
}

function viewOf({ method, url, headers }: ExplainRequest): RequestView {
  const [, scheme = 'http', host, path = '/'] = /^(?:(https?):\/\/([^/?#]+))?(\/[^#]*|\?[^#]*)?/i.exec(url)!;
  const written = headers.some(([name]) => name.toLowerCase() === 'host');
  const own = written ? [] : ['host', host ?? 'localhost'];
  return new RequestView({
    method: method.toUpperCase(),
    url: path.startsWith('/') ? path : `/${path}`,
    rawHeaders: [...own, ...headers.flat()],
    clientAddress: '127.0.0.1',
    peerAddress: '127.0.0.1',
    scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http',
    protocol: 'http',
    hasBody: false,
  });
}

function explainedRoute(
  { model }: Snapshot,
  request: RequestView,
  { route, params }: Found,
  named: NamedService | undefined,
): ExplainedRoute {
  const { id, place, to } = route.model;
  const base = { id, place, params };
  if (to.kind === 'policies') return base;
  if (named !== undefined) return { ...base, upstream: foundUpstream(model.upstreams, route, request, params, named) };
  const upstream = model.upstreams.find(({ name }) => name === to.upstream);
  const sees = `${to.method ?? request.method} ${route.target(request, params)}`;
  return { ...base, upstream: { name: to.upstream, sees, ...whereabouts(upstream) } };
}

/** A service that a path names: where this worker would send the request, if it follows it already. */
function foundUpstream(
  models: readonly UpstreamModel[],
  { upstream, target, model: { to } }: CompiledRoute,
  request: RequestView,
  params: Found['params'],
  { service, namespace }: NamedService,
): NonNullable<ExplainedRoute['upstream']> {
  if (to.kind === 'policies') throw new Error('a route to services has an upstream');
  const sees = `${to.method ?? request.method} ${target(request, params)}`;
  if (upstream !== undefined) {
    const targets = upstream.state().targets.map(({ id }) => id);
    return { name: upstream.name, sees, targets };
  }
  const { discovery = '' } = whereabouts(models.find(({ name }) => name === to.upstream));
  const asked = namespace === undefined ? service : `${namespace}.${service}`;
  return {
    name: to.upstream,
    sees,
    targets: [],
    discovery: `${discovery.split(' ')[0]} ${asked}, asked by the first request`,
  };
}

function whereabouts(upstream: UpstreamModel | undefined): { targets: readonly string[]; discovery?: string } {
  if (upstream === undefined) return { targets: [] };
  const { targets } = upstream;
  if (targets.kind === 'services') return { targets: [], discovery: `${targets.use} ${targets.service}` };
  if (targets.kind === 'discovery') return { targets: [], discovery: `${targets.use} ${targets.service}` };
  return { targets: targets.targets.map(({ scheme, host, port }) => `${scheme}://${host}:${port}`) };
}

function phasesOf({ requestSteps, model }: Snapshot, chain: Chain, request: RequestView): ExplainedPhase[] {
  const common = new Set(model.policies.map(({ id }) => id));
  const schemes = new Set(model.routes.flatMap(({ authenticate }) => authenticate.schemes.map(({ id }) => id)));
  const step = (instance: PolicyInstance): ExplainedStep => {
    const { use, onFailure, notes } = instance;
    return {
      use: use.id,
      policy: use.policy,
      ...(use.label !== undefined && { label: use.label }),
      from: common.has(use.id) ? 'gateway' : schemes.has(use.id) ? 'scheme' : 'route',
      place: use.place,
      onFailure,
      runs: runsFor(instance, request),
      verdicts: notes.verdicts,
    };
  };
  const phases = new Map<string, ExplainedStep[]>();
  const add = (phase: string, instance: PolicyInstance) =>
    phases.set(phase, [...(phases.get(phase) ?? []), step(instance)]);
  const addAll = (steps: readonly Step[]) => {
    for (const { phase, instance } of steps) add(phase, instance);
  };
  addAll(requestSteps);
  addAll(chain.before);
  addAll(chain.authentication?.schemes ?? []);
  addAll(chain.after);
  for (const instance of chain.attempts) add('attempt', instance);
  addAll(chain.responseHeaders);
  for (const instance of chain.responseBody) add('responseBody', instance);
  addAll(chain.error);
  for (const instance of chain.log) add('log', instance);
  return [...phases].map(([phase, steps]) => ({ phase, steps }));
}

function runsFor({ use, applies }: PolicyInstance, request: RequestView): ExplainedStep['runs'] {
  if (applies === undefined) return 'yes';
  if (use.when?.caller !== undefined) return 'depends';
  // Conditions look at nothing else.
  return applies({ request, identity: undefined } as unknown as GatewayExchange) ? 'yes' : 'no';
}
