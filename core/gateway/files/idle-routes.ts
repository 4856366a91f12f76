import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Place } from '../model/place.ts';
import type { RouteModel } from '../model/route-model.ts';

type Warn = (place: Place, problem: BackplaneError) => void;

/** Tells routes of Backplane's own format that no request reaches, since an earlier one asks for the same, and those that nobody answers. */
export function findIdleRoutes(routes: Iterable<RouteModel>, warn: Warn): void {
  const before = new Map<string, RouteModel[]>();
  for (const route of routes) {
    if (route.compat !== 'native') continue;
    if (route.to.kind === 'policies' && route.policies.length === 0)
      warn(route.place, raise.GATEWAY_ROUTE_UNANSWERED({ route: route.id }));
    const key = keyOf(route);
    const alike = before.get(key) ?? [];
    const first = alike.find((earlier) => takesMethodsOf(earlier, route));
    if (first !== undefined) {
      const { file, line } = first.place;
      warn(route.place, raise.GATEWAY_ROUTE_SHADOWED({ route: route.id, by: first.id, at: `${file}:${line}` }));
    }
    before.set(key, [...alike, route]);
  }
}

/** The same for routes that differ in their methods alone. */
function keyOf({ match: { path, hosts, headers, query, priority } }: RouteModel): string {
  const shape = path.kind === 'native' ? [path.pattern.replaceAll(/\{[^{}*]*/g, '{'), path.caseSensitive] : path;
  return JSON.stringify([shape, hosts.toSorted(), headers, query, priority]);
}

/** Routes for some methods come before those for all. */
function takesMethodsOf({ match: { methods } }: RouteModel, { match: later }: RouteModel): boolean {
  if (methods.length === 0) return later.methods.length === 0;
  return later.methods.length > 0 && later.methods.every((method) => methods.includes(method));
}
