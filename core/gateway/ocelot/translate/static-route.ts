import type { PolicyUse } from '../../model/policy-use.ts';
import type { RouteModel } from '../../model/route-model.ts';
import type { UpstreamModel } from '../../model/upstream-model.ts';
import { checkTemplates } from '../check/check-templates.ts';
import type { Section } from '../reading/section.ts';
import { translateAddressLists } from './address-lists.ts';
import { translateAuthentication } from './authentication.ts';
import { translateCache } from './cache.ts';
import { translateClaims } from './claims.ts';
import { translateHandlers } from './handlers.ts';
import { translateHeaderTransforms } from './header-transform.ts';
import { translateMatch } from './match.ts';
import { routeMetadata } from './metadata.ts';
import { translateQualityOfService } from './quality-of-service.ts';
import { translateRateLimit } from './rate-limit.ts';
import { translateRedirects } from './redirects.ts';
import { translateRequestId } from './request-id.ts';
import { routeTimeout } from './route-timeout.ts';
import { routeTargets } from './targets.ts';
import { type RouteOptions, routeOptions, type Translation, type UsePolicy } from './translation.ts';
import { routeUpstream } from './upstream.ts';

export interface TranslatedRoute {
  readonly route: RouteModel;
  readonly upstream: UpstreamModel;
}

/** One of `Routes`. Undefined where something is missing without which it cannot be. */
export function translateRoute(translation: Translation, section: Section, id: string): TranslatedRoute | undefined {
  const route = routeOptions(translation, section, id, false);
  const match = translateMatch(translation, section, section.texts('UpstreamHttpMethod'));
  const isSound = checkTemplates(translation.findings, section, match);
  const targets = routeTargets(translation, route);
  const upstreamTemplate = section.text('UpstreamPathTemplate') ?? '/';
  const downstreamTemplate = section.text('DownstreamPathTemplate') ?? '/';
  const policies = collector(translation, route);
  const { headers } = translateRouteOptions(translation, route, downstreamTemplate, policies.use);
  const authenticate = translateAuthentication(translation, route, upstreamTemplate);
  const qosMs = translateServiceOptions(translation, route, headers, policies.use);
  if (!isSound || match === undefined || targets === undefined) return undefined;
  const upstream = routeUpstream(translation, route, targets.source);
  const method = section.text('DownstreamHttpMethod')?.trim().toUpperCase();
  translation.mapped.push({ place: section.place, pointer: section.pointer, to: `route ${id}` });
  return {
    upstream,
    route: {
      id,
      place: section.place,
      compat: translation.compat,
      match,
      authenticate,
      policies: policies.uses,
      to: {
        kind: 'upstream',
        upstream: upstream.name,
        path: { kind: 'ocelot', template: targets.pathPrefix + downstreamTemplate, upstreamTemplate },
        ...(method ? { method } : {}),
        host: 'upstream',
        forwarded: false,
      },
      metadata: routeMetadata(translation, section),
      tags: [],
      timeoutMs: routeTimeout(translation, route, qosMs),
    },
  };
}

/** What has to be done before the service is asked, in Ocelot's order. */
function translateRouteOptions(
  translation: Translation,
  route: RouteOptions,
  downstreamTemplate: string,
  use: UsePolicy,
): { headers: Readonly<Record<string, string>> } {
  translateAddressLists(translation, route, use);
  translateRateLimit(translation, route, use);
  translateRequestId(translation, route, use);
  return translateClaims(translation, route, downstreamTemplate, use);
}

/** What lies around the service. Gives the milliseconds of the timeout in QoSOptions. */
function translateServiceOptions(
  translation: Translation,
  route: RouteOptions,
  headers: Readonly<Record<string, string>>,
  use: UsePolicy,
): number | undefined {
  translateHeaderTransforms(translation, route, headers, use);
  translateCache(translation, route, use);
  translateHandlers(translation, route, use);
  const qosMs = translateQualityOfService(translation, route, use);
  translateRedirects(route, use);
  return qosMs;
}

/** Uses of policies by one route, each with an id of its own. */
export function collector(translation: Translation, { id }: RouteOptions): { uses: PolicyUse[]; use: UsePolicy } {
  const uses: PolicyUse[] = [];
  const use: UsePolicy = (policy, config, { place, pointer }) => {
    const same = uses.filter((known) => known.policy === policy).length;
    uses.push({ id: `${id}/${policy}${same === 0 ? '' : `-${same + 1}`}`, policy, config, place });
    translation.mapped.push({ place, pointer, to: `policy ${policy}` });
  };
  return { uses, use };
}
