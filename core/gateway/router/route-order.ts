import type { RouteModel } from '../model/route-model.ts';
import type { PathMatcher } from './path-matcher.ts';

export interface Ordered {
  readonly model: RouteModel;
  readonly path: PathMatcher;
  /** Place among all routes. */
  readonly order: number;
}

/**
 * Which of two routes is asked first. Native ones: by priority, then the more exact path, host, conditions, method. Those of Ocelot: one that
 * names a host, then by priority, then as they stand in the file. All of Ocelot's stand together, after native routes of the usual priority and
 * before those of a lower one: their orders have nothing in common, and an order that depends on the pair is none.
 */
export function compareRoutes(a: Ordered, b: Ordered): number {
  const left = a.model.match;
  const right = b.model.match;
  const byGroup = groupOf(a.model) - groupOf(b.model);
  if (byGroup !== 0) return byGroup;
  const byHost = Number(right.hosts.length > 0) - Number(left.hosts.length > 0);
  if (a.model.compat !== 'native') return byHost || right.priority - left.priority || a.order - b.order;
  return (
    right.priority - left.priority ||
    byExactness(a.path.exactness, b.path.exactness) ||
    byHost ||
    wildcards(left.hosts) - wildcards(right.hosts) ||
    right.headers.length + right.query.length - (left.headers.length + left.query.length) ||
    Number(right.methods.length > 0) - Number(left.methods.length > 0) ||
    a.order - b.order
  );
}

const USUAL_PRIORITY = 1;

function groupOf({ compat, match }: RouteModel): number {
  if (compat !== 'native') return 1;
  return match.priority >= USUAL_PRIORITY ? 0 : 2;
}

export function byExactness(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (b[at] ?? -1) - (a[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function wildcards(hosts: readonly string[]): number {
  return hosts.filter((host) => host.startsWith('*.')).length;
}
