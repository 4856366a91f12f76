import { raise } from '../../../errors/catalogue.ts';
import type { RouteModel } from '../../model/route-model.ts';
import type { OcelotFindings } from '../findings.ts';
import { comesBefore } from '../matching/route-choice.ts';
import { compileUpstreamTemplate, type UpstreamTemplate } from '../matching/upstream-template.ts';
import type { Section } from '../reading/section.ts';

interface Written {
  readonly route: RouteModel;
  readonly section: Section;
}

interface Ranked extends Written {
  readonly template: UpstreamTemplate;
  readonly order: number;
}

/** Pairs grow with the square; beyond this the check would take longer than it is worth. */
const MOST_ROUTES = 2_000;

/** Routes that no request reaches, since another one takes them all before. */
export function checkShadowed(findings: OcelotFindings, written: readonly Written[]): void {
  if (written.length > MOST_ROUTES) return;
  const routes = written.map((one, order): Ranked => ({ ...one, order, template: templateOf(one.route) }));
  for (const later of routes) {
    const example = exampleOf(later.route);
    if (example === undefined) continue;
    const earlier = routes.find(
      (other) => other !== later && comesBefore(rank(other), rank(later)) && takesAll(other, later, example),
    );
    if (earlier === undefined) continue;
    const { section } = later;
    const by = earlier.section.text('UpstreamPathTemplate') ?? '';
    const { line } = earlier.section.at('UpstreamPathTemplate').place;
    findings.warn(section.at('UpstreamPathTemplate'), raise.OCELOT_ROUTE_SHADOWED({ by, line }));
  }
}

const rank = ({ route: { match }, order }: Ranked) => ({
  priority: match.priority,
  hasHost: match.hosts.length > 0,
  order,
});

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
