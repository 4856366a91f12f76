import type { ContributionBoard, Posted } from '../contributions/contribution-board.ts';
import { pathPattern } from './path-pattern.ts';

export interface FoundRoute extends Posted<'route'> {
  readonly params: Readonly<Record<string, string>>;
}

export type RouteSearch =
  | { readonly found: FoundRoute }
  /** The path is there, the method is not: those that are. Empty: nothing is there. */
  | { readonly found?: undefined; readonly methods: readonly string[] };

const patterns = new WeakMap<object, ReturnType<typeof pathPattern>>();

/** The route of an active plugin at `path` (below its own address). Paths without parameters come first. */
export function findRoute(board: ContributionBoard, plugin: string, method: string, path: string): RouteSearch {
  const methods: string[] = [];
  const candidates: FoundRoute[] = [];
  for (const posted of board.of('route')) {
    if (posted.owner.id !== plugin) continue;
    const { contribution } = posted;
    const match = patterns.get(contribution) ?? pathPattern(contribution.path);
    patterns.set(contribution, match);
    const params = match(path);
    if (params === undefined) continue;
    methods.push(contribution.method);
    if (contribution.method === method) candidates.push({ ...posted, params });
  }
  const [found] = candidates.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  return found === undefined ? { methods } : { found };
}
