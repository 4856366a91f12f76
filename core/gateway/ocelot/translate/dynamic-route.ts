import type { RouteMatch, RouteModel } from '../../model/route-model.ts';
import type { UpstreamModel } from '../../model/upstream-model.ts';
import { emptyMap, type MapNode } from '../reading/ocelot-node.ts';
import { Section } from '../reading/section.ts';
import { translateAuthentication } from './authentication.ts';
import { translateCache } from './cache.ts';
import { discoverySource } from './discovery.ts';
import { routeMetadata } from './metadata.ts';
import { translateQualityOfService } from './quality-of-service.ts';
import { translateRateLimit } from './rate-limit.ts';
import { translateRedirects } from './redirects.ts';
import type { RouteTargets } from './route-targets.ts';
import { routeTimeout } from './route-timeout.ts';
import { collector, type TranslatedRoute } from './static-route.ts';
import { targetScheme } from './targets.ts';
import { routeOptions, type Translation } from './translation.ts';
import { routeUpstream } from './upstream.ts';

const SHARED = ['DownstreamScheme', 'DownstreamHttpVersion', 'DownstreamHttpVersionPolicy'];

/** One of `DynamicRoutes`: `/{service}/…` and `/{namespace}.{service}/…` go to that service without the first part. */
export function translateDynamicRoute(
  translation: Translation,
  section: Section,
  id: string,
): { readonly routes: readonly RouteModel[]; readonly upstream: TranslatedRoute['upstream'] } | undefined {
  const service = section.text('ServiceName') ?? '';
  const namespace = section.text('ServiceNamespace') || undefined;
  const scheme = dynamicScheme(translation, section);
  const targets = discoverySource(translation, section, service, namespace, scheme);
  const translated = translateOptions(translation, section, id, targets);
  if (translated === undefined) return undefined;
  const { base, upstream } = translated;
  const firstParts = namespace === undefined ? [service] : [service, `${namespace}.${service}`];
  translation.mapped.push({ place: section.place, pointer: section.pointer, to: `route ${id}` });
  return {
    upstream,
    routes: firstParts.map((first, index) => ({
      ...base,
      id: index === 0 ? id : `${id}-${namespace}`,
      match: matchOf(first, 1),
    })),
  };
}

export const dynamicScheme = (translation: Translation, section: Section) =>
  targetScheme(translation, section.over(globalPart(translation.global)));

export function matchOf(first: string, priority: number): RouteMatch {
  const path = { kind: 'native', pattern: `/${first}/{rest*}`, caseSensitive: true } as const;
  return { path, methods: [], hosts: [], headers: [], query: [], priority };
}

/** What the options of a dynamic route, and those of all, make of it. */
export function translateOptions(
  translation: Translation,
  section: Section,
  id: string,
  targets: RouteTargets | undefined,
): { readonly base: Omit<RouteModel, 'id' | 'match'>; readonly upstream: UpstreamModel } | undefined {
  const route = routeOptions(translation, section, id, true);
  const policies = collector(translation, route);
  translateRateLimit(translation, route, policies.use);
  translateCache(translation, route, policies.use);
  const authenticate = translateAuthentication(translation, route, '');
  const qosMs = translateQualityOfService(translation, route, policies.use);
  translateRedirects(route, policies.use);
  if (targets === undefined) return undefined;
  const upstream = routeUpstream(translation, route, targets.source);
  const base: Omit<RouteModel, 'id' | 'match'> = {
    place: section.place,
    compat: translation.compat,
    authenticate,
    policies: policies.uses,
    to: {
      kind: 'upstream',
      upstream: upstream.name,
      path: { kind: 'native', template: `${targets.pathPrefix}/{rest*}` },
      host: 'upstream',
      forwarded: false,
    },
    metadata: routeMetadata(translation, section),
    tags: [],
    timeoutMs: routeTimeout(translation, route, qosMs),
  };
  return { base, upstream };
}

/** What GlobalConfiguration says for dynamic routes alone. */
function globalPart(global: Section): Section {
  const entries = [...global.node.entries].filter(([key]) => SHARED.some((name) => name.toLowerCase() === key));
  const node: MapNode = { ...emptyMap(global.place.file), entries: new Map(entries) };
  return new Section(node);
}
