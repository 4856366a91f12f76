import { raise } from '../../../errors/catalogue.ts';
import type { RouteModel } from '../../model/route-model.ts';
import type { OcelotFindings } from '../findings.ts';
import { type Candidate, comesBefore } from '../matching/route-choice.ts';
import { compileUpstreamTemplate, type UpstreamTemplate } from '../matching/upstream-template.ts';
import type { Section } from '../reading/section.ts';

interface Written {
  readonly route: RouteModel;
  readonly section: Section;
}

interface Ranked extends Written, Candidate {
  readonly template: UpstreamTemplate;
}

/** Routes that no request reaches, since another one takes them all before. */
export function checkShadowed(findings: OcelotFindings, written: readonly Written[]): void {
  const routes = written.map((one, order): Ranked => {
    const { priority, hosts } = one.route.match;
    return { ...one, template: templateOf(one.route), priority, hasHost: hosts.length > 0, order };
  });
  const known = byFirstSegment(routes);
  for (const later of routes) {
    const example = exampleOf(later.route);
    if (example === undefined) continue;
    const first = example.split('/', 2)[1]!.toLowerCase();
    const earlier = [...(known.get(first) ?? []), ...(known.get(undefined) ?? [])].find(
      (other) => other !== later && comesBefore(other, later) && takesAll(other, later, example),
    );
    if (earlier === undefined) continue;
    const by = earlier.section.text('UpstreamPathTemplate') ?? '';
    const { line } = earlier.section.at('UpstreamPathTemplate').place;
    findings.warn(later.section.at('UpstreamPathTemplate'), raise.OCELOT_ROUTE_SHADOWED({ by, line }));
  }
}

/** Only routes that begin alike can be in each other's way; `undefined`: those that begin with anything. */
function byFirstSegment(routes: readonly Ranked[]): Map<string | undefined, Ranked[]> {
  return Map.groupBy(routes, ({ template }) => template.prefix[0]?.toLowerCase());
}

function takesAll({ route, template }: Ranked, later: Ranked, example: string): boolean {
  const { match } = route;
  const { match: ofLater } = later.route;
  const hasMethods =
    match.methods.length === 0 ||
    (ofLater.methods.length > 0 && ofLater.methods.every((method) => match.methods.includes(method)));
  const hasHosts = match.hosts.length === 0 || match.hosts[0] === ofLater.hosts[0];
  return hasMethods && hasHosts && match.headers.length === 0 && template.match(example, '') !== undefined;
}

/** A path that only its own template and wider ones match: what stands in its placeholders, nobody would write. */
function exampleOf({ match }: RouteModel): string | undefined {
  if (match.path.kind !== 'ocelot' || match.path.template.includes('?')) return undefined;
  return match.path.template.replaceAll(/\{[^{}]*\}/g, 'q1z-7');
}

function templateOf({ match }: RouteModel): UpstreamTemplate {
  const { path } = match;
  return path.kind === 'ocelot'
    ? compileUpstreamTemplate(path.template, path.caseSensitive)
    : compileUpstreamTemplate(path.pattern, true);
}
