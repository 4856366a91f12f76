import type { RequestView } from '../exchange/request-view.ts';
import type { FieldCondition } from '../model/field-condition.ts';
import type { PathPattern } from '../model/path-pattern.ts';
import type { RouteMatch, RouteModel } from '../model/route-model.ts';
import { compileMatch } from '../router/compile-match.ts';
import { compilePath } from '../router/compile-path.ts';
import { compareRoutes, type Ordered } from '../router/route-order.ts';
import { wantedMethod } from '../router/router.ts';
import type { ConsideredRoute } from './explanation.ts';

/** Every route in the order in which it is asked, with what keeps it from being the one. */
export function considerRoutes(
  routes: readonly RouteModel[],
  request: RequestView,
  chosen: string | undefined,
): ConsideredRoute[] {
  const ordered: Ordered[] = routes.map((model, order) => ({ model, order, path: compilePath(model.match.path) }));
  return ordered.sort(compareRoutes).map((one) => {
    const { id, place } = one.model;
    const reason = misfit(one, request);
    const isChosen = id === chosen;
    const because = reason ?? (isChosen ? 'the first in order that fits' : `${chosen} comes before it`);
    return { id, place, fits: reason === undefined, chosen: isChosen, because };
  });
}

/** What does not fit, in the order in which it is compared. */
function misfit({ model: { match, compat }, path }: Ordered, request: RequestView): string | undefined {
  if (path.match(request.rawPath, request.rawQuery) === undefined)
    return `its path ${textOf(match.path)} is another one`;
  const method = wantedMethod(request);
  if (match.methods.length > 0 && !match.methods.includes(method))
    return `it is for ${match.methods.join(', ')}, not ${method}`;
  if (match.methods.length === 0 && method === 'TRACE' && compat === 'native') return 'it is for all methods but TRACE';
  const none: RouteMatch = { ...match, hosts: [], headers: [], query: [] };
  const fits = (part: Partial<RouteMatch>) => compileMatch({ ...none, ...part })?.(request) !== undefined;
  if (match.hosts.length > 0 && !fits({ hosts: match.hosts }))
    return `it is for the host ${match.hosts.join(', ')}, not ${request.host || 'none'}`;
  const header = match.headers.find((condition) => !fits({ headers: [condition] }));
  if (header !== undefined) return `the header ${conditionText(header)}`;
  const query = match.query.find((condition) => !fits({ query: [condition] }));
  return query === undefined ? undefined : `the query ${conditionText(query)}`;
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
