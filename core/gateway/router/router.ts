import { isPreflight, type RequestView } from '../exchange/request-view.ts';
import type { CompiledRoute, Params } from './compiled-route.ts';
import type { PathMatcher } from './path-matcher.ts';
import { byExactness } from './route-order.ts';

/** A route as the router knows it. */
export interface RouteEntry {
  readonly route: CompiledRoute;
  readonly path: PathMatcher;
  /** Everything but path and method; undefined where it does not fit, else parameters of its own. */
  readonly accepts: ((request: RequestView) => Params | undefined) | undefined;
  readonly methods: ReadonlySet<string> | undefined;
}

export interface Found {
  readonly route: CompiledRoute;
  readonly params: Params;
}

interface Ranked extends RouteEntry {
  /** Lower wins. */
  readonly rank: number;
}

interface Node {
  readonly texts: Map<string, Node>;
  any: Node | undefined;
  /** Ends here. */
  readonly closed: Ranked[];
  /** Ends here or goes on. */
  readonly open: Ranked[];
}

/**
 * Finds the route of a request. An index over the segments of the paths leaves few candidates however many routes there are; of those the
 * first in the order of `entries` wins whose pattern and conditions fit.
 */
export class Router {
  readonly #root = emptyNode();

  constructor(entries: readonly RouteEntry[]) {
    for (const [rank, entry] of entries.entries()) {
      let node = this.#root;
      for (const segment of entry.path.index) node = segment === undefined ? anyNode(node) : textNode(node, segment);
      (entry.path.isOpen ? node.open : node.closed).push({ ...entry, rank });
    }
  }

  /** A preflight finds the route that it asks for, unless one as exact is for OPTIONS itself. */
  find(request: RequestView): Found | undefined {
    const asked = this.#search(request, wantedMethod(request));
    if (!isPreflight(request)) return asked.found;
    const own = this.#search(request, 'OPTIONS');
    const isOwn = own.best?.methods?.has('OPTIONS') === true;
    return isOwn && (asked.best === undefined || isAsExact(own.best!, asked.best)) ? own.found : asked.found;
  }

  #search(request: RequestView, method: string): Search {
    const search = new Search(request, method);
    search.below(this.#root, request.rawPath, 1);
    return search;
  }

  /** Methods of the routes that would fit if the method did. */
  methodsFor(request: RequestView): readonly string[] {
    const search = new Search(request, undefined);
    search.below(this.#root, request.rawPath, 1);
    return [...search.methods!].sort();
  }
}

class Search {
  best: Ranked | undefined;
  params: Params | undefined;
  /** Of the routes that would fit; asked for only where the method does not count. */
  readonly methods: Set<string> | undefined;
  readonly #request: RequestView;
  readonly #method: string | undefined;

  constructor(request: RequestView, method: string | undefined) {
    this.#request = request;
    this.#method = method;
    this.methods = method === undefined ? new Set() : undefined;
  }

  get found(): Found | undefined {
    return this.best && { route: this.best.route, params: this.params! };
  }

  below(node: Node, path: string, from: number): void {
    this.#consider(node.open);
    if (from > path.length) {
      this.#consider(node.closed);
      return;
    }
    const slash = path.indexOf('/', from);
    const end = slash === -1 ? path.length : slash;
    if (node.texts.size > 0) {
      const text = node.texts.get(folded(path.slice(from, end)));
      if (text !== undefined) this.below(text, path, end + 1);
    }
    if (node.any !== undefined) this.below(node.any, path, end + 1);
  }

  /** Ocelot knows nothing of preflights. */
  #methodFor({ route }: RouteEntry): string {
    return route.model.compat === 'native' ? this.#method! : this.#request.method;
  }

  #consider(entries: readonly Ranked[]): void {
    for (const entry of entries) {
      if (this.best !== undefined && entry.rank > this.best.rank) return;
      const { methods, path, accepts } = entry;
      if (this.#method !== undefined && !isFor(entry, methods, this.#methodFor(entry))) continue;
      const params = path.match(this.#request.rawPath, this.#request.rawQuery);
      if (params === undefined) continue;
      const more = accepts?.(this.#request);
      if (accepts !== undefined && more === undefined) continue;
      if (this.#method === undefined) {
        // Ocelot says 404 where only the method is wrong.
        if (entry.route.model.compat === 'native')
          for (const method of methods ?? (this.#request.method === 'TRACE' ? ALL_BUT_TRACE : []))
            this.methods!.add(method);
        continue;
      }
      this.best = entry;
      this.params = more === undefined || more === params ? params : { ...more, ...params };
      return;
    }
  }
}

/** TRACE echoes to callers what policies add for the upstream alone: a route has to name it. */
const ALL_BUT_TRACE = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

function isFor({ route }: RouteEntry, methods: RouteEntry['methods'], method: string): boolean {
  if (methods === undefined) return method !== 'TRACE' || route.model.compat !== 'native';
  return methods.has(method);
}

/** A browser that asks first is asking for the route of the request that it wants to make. */
export function wantedMethod(request: RequestView): string {
  if (request.method !== 'OPTIONS') return request.method;
  return request.headers.get('access-control-request-method')?.toUpperCase() ?? 'OPTIONS';
}

function isAsExact(own: Ranked, asked: Ranked): boolean {
  return (
    own.rank < asked.rank ||
    (own.route.model.match.priority === asked.route.model.match.priority &&
      byExactness(own.path.exactness, asked.path.exactness) === 0)
  );
}

/** As the index is written: encoded text is decoded first. */
function folded(segment: string): string {
  if (!segment.includes('%')) return segment.toLowerCase();
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return segment.toLowerCase();
  }
}

function emptyNode(): Node {
  return { texts: new Map(), any: undefined, closed: [], open: [] };
}

function anyNode(node: Node): Node {
  node.any ??= emptyNode();
  return node.any;
}

function textNode(node: Node, segment: string): Node {
  const known = node.texts.get(segment);
  if (known !== undefined) return known;
  const made = emptyNode();
  node.texts.set(segment, made);
  return made;
}
