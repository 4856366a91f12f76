import type { Chain, Step } from '../chain/chain.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { RequestView } from '../exchange/request-view.ts';
import { safePath } from '../exchange/safe-path.ts';
import type { UpstreamModel } from '../model/upstream-model.ts';
import { type Found, wantedMethod } from '../router/router.ts';
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
    const route = explainedRoute(snapshot, request, found);
    return { ...base, route, considered, chain: phasesOf(snapshot, found.route.chain, request) };
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

function explainedRoute({ model }: Snapshot, request: RequestView, { route, params }: Found): ExplainedRoute {
  const { id, place, to } = route.model;
  const base = { id, place, params };
  if (to.kind === 'policies') return base;
  const upstream = model.upstreams.find(({ name }) => name === to.upstream);
  const sees = `${to.method ?? request.method} ${route.target(request, params)}`;
  return { ...base, upstream: { name: to.upstream, sees, ...whereabouts(upstream) } };
}

function whereabouts(upstream: UpstreamModel | undefined): { targets: readonly string[]; discovery?: string } {
  if (upstream === undefined) return { targets: [] };
  const { targets } = upstream;
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
