import { raise } from '../../../errors/catalogue.ts';
import type { RouteModel } from '../../model/route-model.ts';
import { checkUpstreamTemplate } from '../check/check-templates.ts';
import type { Section } from '../reading/section.ts';
import { translateMatch } from './match.ts';
import type { Translation } from './translation.ts';

/** A route that aggregates may refer to. */
export interface KeyedRoute {
  readonly key: string;
  readonly id: string;
  readonly section: Section;
}

/** One of `Aggregates` → a route that the policy `aggregate` answers. */
export function translateAggregate(
  translation: Translation,
  section: Section,
  id: string,
  keyed: ReadonlyMap<string, KeyedRoute>,
): RouteModel | undefined {
  const { findings } = translation;
  const methods = section.texts('UpstreamHttpMethod');
  const match = translateMatch(translation, section, methods.length > 0 ? methods : ['GET']);
  const isSound = checkUpstreamTemplate(findings, section);
  const problem = (spot: { place: Section['place']; pointer: string }, text: string) =>
    findings.error(spot, raise.OCELOT_AGGREGATE_INVALID({ problem: text }));
  const keys = section.texts('RouteKeys', 'ReRouteKeys');
  if (keys.length === 0) problem(section.at('RouteKeys', 'ReRouteKeys'), 'it names no routes');
  const routes = keys.flatMap((key) => {
    const route = keyed.get(key);
    if (route === undefined) problem(section.at('RouteKeys', 'ReRouteKeys'), `no route has the Key ${key}`);
    else if (route.section.text('RequestIdKey')) {
      problem(route.section.at('RequestIdKey'), `its route ${key} has a RequestIdKey of its own`);
    }
    return route === undefined ? [] : [{ key, route: route.id }];
  });
  const config = section.sections('RouteKeysConfig', 'ReRouteKeysConfig').map((one) => {
    const route = one.text('RouteKey', 'ReRouteKey') ?? '';
    if (!keys.includes(route))
      problem(one, `RouteKeysConfig is about ${route || 'no route'}, which RouteKeys does not name`);
    const [jsonPath, parameter] = [one.text('JsonPath') ?? '', one.text('Parameter') ?? ''];
    if (jsonPath === '' || parameter === '') problem(one, 'RouteKeysConfig needs a JsonPath and a Parameter');
    return { route, jsonPath, parameter };
  });
  const policy = aggregator(translation, section, { routes, ...(config.length > 0 ? { config } : {}) });
  if (!isSound || match === undefined || policy === undefined) return undefined;
  translation.mapped.push({ place: section.place, pointer: section.pointer, to: `route ${id}` });
  return {
    id,
    place: section.place,
    compat: translation.compat,
    match,
    authenticate: { mode: 'none', schemes: [] },
    policies: [{ id: `${id}/${policy.policy}`, policy: policy.policy, config: policy.config, place: section.place }],
    to: { kind: 'policies' },
    metadata: {},
    tags: [],
  };
}

/** The policy that puts the answers together; one of the administrator's own gets the routes too. */
function aggregator(
  { findings, surroundings }: Translation,
  section: Section,
  config: Readonly<Record<string, unknown>>,
): { policy: string; config: unknown } | undefined {
  const name = section.text('Aggregator');
  const plain = { policy: 'aggregate', config: { mode: 'ocelot', ...config } };
  if (!name) return plain;
  const mapping = surroundings.handlers?.[name];
  if (mapping === null) return plain;
  if (mapping !== undefined) {
    return { policy: mapping.policy, config: { ...(mapping.config as object | undefined), ...config } };
  }
  findings.error(section.at('Aggregator'), raise.OCELOT_HANDLER_UNKNOWN({ kind: 'aggregator', name }));
  return undefined;
}
