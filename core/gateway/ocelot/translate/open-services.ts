import { raise } from '../../../errors/catalogue.ts';
import type { RouteModel } from '../../model/route-model.ts';
import type { ServicesSource } from '../../model/upstream-model.ts';
import { emptyMap } from '../reading/ocelot-node.ts';
import { Section } from '../reading/section.ts';
import { discoverySource } from './discovery.ts';
import { dynamicScheme, matchOf, translateOptions } from './dynamic-route.ts';
import type { RouteTargets } from './route-targets.ts';
import type { TranslatedRoute } from './static-route.ts';
import type { OpenServices, Translation } from './translation.ts';

const ALL: OpenServices = { only: ['*'], except: [], most: 100, idle: 600_000 };

/**
 * Dynamic routing as Ocelot has it: the first part of the path names any service of the registry, with the options of all. Undefined where the file, or
 * the gateway file around it, does not ask for it.
 */
export function translateOpenServices(
  translation: Translation,
  named: readonly Section[],
  idOf: (section: Section, otherwise: string) => string,
): TranslatedRoute | undefined {
  const { findings, global, surroundings, compat } = translation;
  const provider = global.section('ServiceDiscoveryProvider');
  // Ocelot takes no file for dynamic that says no port.
  if (provider === undefined || !provider.number('Port') || surroundings.services === 'named') return undefined;
  if (provider.text('Type')?.toLowerCase() === 'servicefabric') {
    findings.warn(provider, raise.OCELOT_DYNAMIC_CLOSED({}));
    return undefined;
  }
  // A provider that is not understood has been complained of by the services that are named.
  if (named.length > 0 && findings.all.some(({ code }) => code === 'OCELOT_DISCOVERY_UNSUPPORTED')) return undefined;
  const section = new Section(emptyMap(provider.place.file));
  const found = discoverySource(translation, section, '{service}', undefined, dynamicScheme(translation, section));
  if (found?.source.kind !== 'discovery') return undefined;
  const { kind: _, ...asked } = found.source;
  const isKubernetes = asked.use === 'kubernetes';
  const { idle, except, ...limits } = surroundings.services ?? ALL;
  const source: ServicesSource = {
    kind: 'services',
    ...asked,
    // Ocelot's Consul knows no namespaces, and before 24.1 a dot was part of the name.
    beforeDot: compat === 'ocelot-24.0' ? 'name' : isKubernetes ? 'namespace' : 'nothing',
    ...limits,
    except: [
      ...new Set([...except, ...named.flatMap((one) => keyOf(one, isKubernetes ? asked.namespace : undefined))]),
    ],
    idleMs: idle,
  };
  const id = idOf(section, 'services');
  const targets: RouteTargets = { source, pathPrefix: '' };
  const translated = translateOptions(translation, section, id, targets);
  if (translated === undefined) return undefined;
  const { base, upstream } = translated;
  const place = provider.place;
  const route: RouteModel = { ...base, id, place, match: matchOf('{service}', 0) };
  findings.info(provider, raise.OCELOT_DYNAMIC_OPEN({ limited: surroundings.services !== undefined }));
  translation.mapped.push({ place, pointer: provider.pointer, to: `route ${id}` });
  return { route, upstream: { ...upstream, place } };
}

/** A service with a route of its own is reached by that alone: no other spelling leads past what it asks for. */
function keyOf(section: Section, home: string | undefined): string[] {
  const service = section.text('ServiceName');
  if (!service) return [];
  const namespace = section.text('ServiceNamespace') || home;
  return [home === undefined ? service : `${namespace}.${service}`];
}
