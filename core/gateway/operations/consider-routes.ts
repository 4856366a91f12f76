import type { RequestView } from '../exchange/request-view.ts';
import type { FieldCondition } from '../model/field-condition.ts';
import type { PathPattern } from '../model/path-pattern.ts';
import type { RouteMatch, RouteModel } from '../model/route-model.ts';
import { compileMatch } from '../router/compile-match.ts';
import { compilePath } from '../router/compile-path.ts';
import type { PathMatcher } from '../router/path-matcher.ts';
import { compareRoutes } from '../router/route-order.ts';
import { wantedMethod } from '../router/router.ts';
import type { ConsideredRoute } from './explanation.ts';

type Consider = (request: RequestView, chosen: string | undefined) => ConsideredRoute[];
/** What does not fit about a request. */
type Misfit = (request: RequestView) => string | undefined;

/** By the routes of a configuration, which never change: patterns are compiled when it is first asked about. */
const compiled = new WeakMap<readonly RouteModel[], Consider>();

/** Every route in the order in which it is asked, with what keeps it from being the one. */
export function considerRoutes(
  routes: readonly RouteModel[],
  request: RequestView,
  chosen: string | undefined,
): ConsideredRoute[] {
  let consider = compiled.get(routes);
  if (consider === undefined) {
    consider = compileRoutes(routes);
    compiled.set(routes, consider);
  }
  return consider(request, chosen);
}

function compileRoutes(routes: readonly RouteModel[]): Consider {
  const ordered = routes
    .map((model, order) => ({ model, order, path: compilePath(model.match.path) }))
    .sort(compareRoutes)
    .map(({ model, path }) => ({ id: model.id, place: model.place, misfit: compileMisfit(model, path) }));
  return (request, chosen) =>
    ordered.map(({ id, place, misfit }) => {
      const reason = misfit(request);
      const isChosen = id === chosen;
      const because = reason ?? (isChosen ? 'the first in order that fits' : `${chosen} comes before it`);
      return { id, place, fits: reason === undefined, chosen: isChosen, because };
    });
}

/** In the order in which it is compared. */
function compileMisfit({ match, compat }: RouteModel, path: PathMatcher): Misfit {
  const { methods, hosts, headers, query } = match;
  const only = (part: Partial<RouteMatch>) => compileMatch({ ...match, hosts: [], headers: [], query: [], ...part });
  const conditions: Misfit[] = [
    ...(hosts.length === 0 ? [] : [{ part: { hosts }, text: `it is for the host ${hosts.join(', ')}, not ` }]),
    ...headers.map((one) => ({ part: { headers: [one] }, text: `the header ${conditionText(one)}` })),
    ...query.map((one) => ({ part: { query: [one] }, text: `the query ${conditionText(one)}` })),
  ].map(({ part, text }) => {
    const accepts = only(part);
    return (request) =>
      accepts?.(request) === undefined ? text + ('hosts' in part ? request.host || 'none' : '') : undefined;
  });
  const otherPath = `its path ${textOf(match.path)} is another one`;
  return (request) => {
    if (path.match(request.rawPath, request.rawQuery) === undefined) return otherPath;
    // Ocelot knows nothing of preflights.
    const method = compat === 'native' ? wantedMethod(request) : request.method;
    if (methods.length === 0 && method === 'TRACE' && compat === 'native') return 'it is for all methods but TRACE';
    if (methods.length > 0 && !methods.includes(method)) return `it is for ${methods.join(', ')}, not ${method}`;
    for (const condition of conditions) {
      const reason = condition(request);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

function textOf(path: PathPattern): string {
  return path.kind === 'native' ? path.pattern : path.template;
}

function conditionText({ name, test }: FieldCondition): string {
  switch (test.is) {
    case 'present':
      return `${name} is missing`;
    case 'absent':
      return `${name} may not be there`;
    case 'equal':
      return `${name} is not ${test.to}`;
    case 'like':
      return `${name} does not fit ${test.pattern}`;
    case 'ocelot':
      return `${name} does not fit ${test.template}`;
  }
}
