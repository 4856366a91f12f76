import { raise } from '../../../errors/catalogue.ts';
import type { RouteModel } from '../../model/route-model.ts';
import type { OcelotFindings } from '../findings.ts';
import type { Section } from '../reading/section.ts';

interface Written {
  readonly route: RouteModel;
  readonly section: Section;
}

/** Routes that are for the same requests: Ocelot does not start with them. */
export function checkRepeated(
  findings: OcelotFindings,
  routes: readonly Written[],
  aggregates: readonly Written[],
): void {
  const known = new Map<string, Written[]>();
  for (const written of routes) {
    const before = known.get(address(written.route)) ?? [];
    const other = before.find(({ route }) => overlap(route.match.methods, written.route.match.methods));
    if (other !== undefined) report(findings, written, other);
    known.set(address(written.route), [...before, written]);
  }
  const byPath = new Map<string, Written>();
  for (const written of aggregates) {
    const key = pathAndHost(written.route);
    const other =
      byPath.get(key) ??
      routes.find(
        ({ route }) => pathAndHost(route) === key && overlap(route.match.methods, written.route.match.methods),
      );
    if (other !== undefined) report(findings, written, other);
    byPath.set(key, written);
  }
}

function report(findings: OcelotFindings, { section }: Written, other: Written): void {
  const template = section.text('UpstreamPathTemplate') ?? '';
  findings.error(
    section.at('UpstreamPathTemplate'),
    raise.OCELOT_ROUTE_REPEATED({ template, other: other.section.at('UpstreamPathTemplate').place.line }),
  );
}

const overlap = (a: readonly string[], b: readonly string[]) =>
  a.length === 0 || b.length === 0 || a.some((method) => b.includes(method));

function pathAndHost({ match }: RouteModel): string {
  return JSON.stringify([match.path.kind === 'ocelot' ? match.path.template : '', match.hosts]);
}

function address(route: RouteModel): string {
  const headers = route.match.headers.map(({ name, test }) => [name.toLowerCase(), test]);
  return pathAndHost(route) + JSON.stringify(headers.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
