import { raise } from '../../../errors/catalogue.ts';
import type { RouteModel } from '../../model/route-model.ts';
import type { OcelotFindings } from '../findings.ts';
import type { MapNode } from '../reading/ocelot-node.ts';
import type { Section } from '../reading/section.ts';
import { checkShape } from '../schema/check-shape.ts';
import { FILE_SHAPE, type Shape } from '../schema/shape.ts';

/** Names that went out with 24.1: who uses them wrote for the rules of then. */
const BEFORE_24_1 = new Set([
  'reroutes',
  'authenticationproviderkey',
  'filecacheoptions',
  'exceptionsallowedbeforebreaking',
  'durationofbreak',
  'timeoutvalue',
  'periodtimespan',
  'httpstatuscode',
  'quotaexceededmessage',
  'ratelimitcounterprefix',
  'disableratelimitheaders',
]);

const SINCE_24_1 = [
  'MinimumThroughput',
  'BreakDuration',
  'FailureRatio',
  'SamplingDuration',
  'Wait',
  'StatusCode',
  'QuotaMessage',
  'EnableHeaders',
  'KeyPrefix',
];

/** Checks names and kinds of the whole file. Gives the names that are older than 24.1, where none is newer. */
export function checkFile(findings: OcelotFindings, root: MapNode): readonly string[] {
  const own: MapNode = { ...root, entries: new Map([...root.entries].filter(([key]) => isOcelots(key))) };
  for (const [key, { name, place, node }] of root.entries) {
    if (!isOcelots(key)) findings.info({ place, pointer: node.pointer }, raise.OCELOT_SECTION_FOREIGN({ name }));
  }
  const notes = { names: new Set<string>(), oldNames: new Set<string>() };
  checkShape(own, FILE_SHAPE, findings, notes);
  if (SINCE_24_1.some((name) => notes.names.has(name))) return [];
  return [...notes.oldNames].filter((name) => BEFORE_24_1.has(name.toLowerCase()));
}

const TOP: Shape = FILE_SHAPE;
const isOcelots = (key: string) =>
  Object.entries(TOP).some(([name, { old = [] }]) => [name, ...old].some((known) => known.toLowerCase() === key));

/** What GlobalConfiguration says in vain. */
export function checkGlobal(
  findings: OcelotFindings,
  global: Section,
  { isOld, isDynamic }: { isOld: boolean; isDynamic: boolean },
) {
  if (isDynamic) return;
  for (const name of ['DownstreamScheme', 'DownstreamHttpVersion', 'DownstreamHttpVersionPolicy']) {
    if (global.has(name)) {
      findings.warn(global.at(name), raise.OCELOT_PROPERTY_UNUSED({ name, why: 'it is for dynamic routes alone' }));
    }
  }
  if (!isOld) return;
  for (const name of [
    'AuthenticationOptions',
    'CacheOptions',
    'HttpHandlerOptions',
    'LoadBalancerOptions',
    'QoSOptions',
  ]) {
    if (global.has(name)) findings.warn(global.at(name), raise.OCELOT_GLOBAL_UNUSED({ name }));
  }
}

/** Methods that no route of a path takes; said once, for it is the same everywhere in a file. */
export function checkMethods(
  findings: OcelotFindings,
  routes: readonly RouteModel[],
  sections: readonly Section[],
): void {
  const wanted = ['OPTIONS', 'PATCH'];
  const taken = new Map<string, Set<string>>();
  for (const { match } of routes) {
    const methods = match.methods.length === 0 ? wanted : match.methods;
    const path = JSON.stringify(match.path);
    taken.set(path, new Set([...(taken.get(path) ?? []), ...methods]));
  }
  const index = routes.findIndex(({ match }) => !taken.get(JSON.stringify(match.path))!.has('OPTIONS'));
  if (index === -1) return;
  const missing = wanted.filter((method) => !taken.get(JSON.stringify(routes[index]!.match.path))!.has(method));
  findings.info(sections[index]!.at('UpstreamHttpMethod'), raise.OCELOT_METHODS_NARROW({ missing }));
}
