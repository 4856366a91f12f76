import { raise } from '../../errors/catalogue.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import type { RouteModel } from '../model/route-model.ts';
import type { UpstreamModel } from '../model/upstream-model.ts';
import { checkFile, checkGlobal, checkMethods } from './check/check-file.ts';
import { checkRepeated } from './check/check-repeated.ts';
import { checkRouteKeys } from './check/check-route-keys.ts';
import { checkShadowed } from './check/check-shadowed.ts';
import { type OcelotFinding, OcelotFindings } from './findings.ts';
import { importReport, type OcelotReport } from './import-report.ts';
import { writeNative } from './native/write-native.ts';
import { type OcelotFile, type ReadingOptions, readOcelotFiles } from './reading/merge-files.ts';
import { emptyMap } from './reading/ocelot-node.ts';
import { Section } from './reading/section.ts';
import { type KeyedRoute, translateAggregate } from './translate/aggregate-route.ts';
import { translateDynamicRoute } from './translate/dynamic-route.ts';
import { translateOpenServices } from './translate/open-services.ts';
import { routeIds } from './translate/route-ids.ts';
import { translateRoute } from './translate/static-route.ts';
import type { Mapped, Surroundings, Translation } from './translate/translation.ts';

export interface OcelotImportOptions extends ReadingOptions, Surroundings {
  /** Default: `ocelot-24.0` for files that use names of then, else `ocelot`. */
  readonly compat?: Translation['compat'];
}

export interface OcelotImport {
  /** What can run of it; as a whole only where nothing in `findings` is an error. */
  readonly model: GatewayModel;
  readonly compat: Translation['compat'];
  readonly findings: readonly OcelotFinding[];
  readonly report: OcelotReport;
  /** The same in Backplane's own format, as far as it can be said there. */
  readonly native: string;
}

/** Reads files of Ocelot and says what the gateway does with them, with everything that Ocelot itself would refuse or pass over. */
export function importOcelot(files: readonly OcelotFile[], options: OcelotImportOptions = {}): OcelotImport {
  const findings = new OcelotFindings();
  const mapped: Mapped[] = [];
  const root = readOcelotFiles(files, options, findings);
  const oldNames = checkFile(findings, root);
  const compat = options.compat ?? (oldNames.length > 0 ? 'ocelot-24.0' : 'ocelot');
  if (options.compat === undefined && oldNames.length > 0) {
    findings.info(root, raise.OCELOT_VERSION_ASSUMED({ names: oldNames }));
  }
  const file = new Section(root);
  const global = file.section('GlobalConfiguration') ?? new Section(emptyMap(root.place.file));
  const consul = file.section('Consul');
  const translation: Translation = { compat, findings, global, consul, surroundings: options, mapped };
  const model = translateFile(translation, file);
  const sorted = findings.sorted();
  return {
    model,
    compat,
    findings: sorted,
    report: importReport(mapped, sorted),
    get native() {
      return writeNative(model);
    },
  };
}

function translateFile(translation: Translation, file: Section): GatewayModel {
  const { findings, global, compat } = translation;
  const sections = file.sections('Routes', 'ReRoutes');
  const dynamic = file.sections('DynamicRoutes');
  // Of a text that could not be read nothing more is said.
  const isUnread = findings.all.some(({ code }) => code === 'OCELOT_JSON_INVALID');
  if (isUnread && sections.length + dynamic.length === 0) return EMPTY_MODEL;
  checkGlobal(findings, global, { isOld: compat === 'ocelot-24.0', isDynamic: sections.length === 0 });
  if (sections.length === 0) return translateDynamic(translation, file, dynamic);
  if (dynamic.length > 0) {
    const why = 'dynamic routes count only in a file without Routes';
    findings.warn(file.at('DynamicRoutes'), raise.OCELOT_PROPERTY_UNUSED({ name: 'DynamicRoutes', why }));
  }
  const idOf = routeIds(translation.surroundings.taken);
  const routes: RouteModel[] = [];
  const upstreams: UpstreamModel[] = [];
  const written: { route: RouteModel; section: Section }[] = [];
  const keyed = new Map<string, KeyedRoute>();
  for (const section of sections) {
    const id = idOf(section);
    const key = section.text('Key');
    if (key) keyed.set(key, { key, id, section });
    const translated = translateRoute(translation, section, id);
    if (translated === undefined) continue;
    routes.push(translated.route);
    upstreams.push(translated.upstream);
    written.push({ route: translated.route, section });
  }
  const aggregates = file.sections('Aggregates').flatMap((section) => {
    const route = translateAggregate(translation, section, idOf(section), keyed);
    return route === undefined ? [] : [{ route, section }];
  });
  checkRouteKeys(findings, global, keyed);
  checkRepeated(findings, written, aggregates);
  checkShadowed(findings, written);
  checkMethods(
    findings,
    routes,
    written.map(({ section }) => section),
  );
  return { routes: [...routes, ...aggregates.map(({ route }) => route)], upstreams, policies: [], registrations: [] };
}

function translateDynamic(translation: Translation, file: Section, sections: readonly Section[]): GatewayModel {
  const { findings } = translation;
  const provider = translation.global.section('ServiceDiscoveryProvider') ?? translation.consul;
  const nothing = () => findings.error(file.at('Routes', 'ReRoutes'), raise.OCELOT_NOTHING_TO_ROUTE({}));
  if (provider === undefined) {
    nothing();
    return { routes: [], upstreams: [], policies: [], registrations: [] };
  }
  const idOf = routeIds(translation.surroundings.taken);
  const routes: RouteModel[] = [];
  const upstreams: UpstreamModel[] = [];
  for (const section of sections) {
    const translated = translateDynamicRoute(translation, section, idOf(section, section.text('ServiceName')));
    if (translated === undefined) continue;
    routes.push(...translated.routes);
    upstreams.push(translated.upstream);
  }
  const open = translateOpenServices(translation, sections, idOf);
  if (open !== undefined) {
    routes.push(open.route);
    upstreams.push(open.upstream);
  } else if (sections.length === 0 && !findings.hasErrors) nothing();
  return { routes, upstreams, policies: [], registrations: [] };
}
