import { raise } from '../../../errors/catalogue.ts';
import type { OcelotFindings } from '../findings.ts';
import type { Section } from '../reading/section.ts';

const GROUPED = [
  'AuthenticationOptions',
  'CacheOptions',
  'HttpHandlerOptions',
  'LoadBalancerOptions',
  'QoSOptions',
  'RateLimitOptions',
];

/** Global options for routes that there are not: they hold for fewer than was meant, or for none. */
export function checkRouteKeys(findings: OcelotFindings, global: Section, keyed: ReadonlyMap<string, unknown>): void {
  for (const name of GROUPED) {
    const options = global.section(name);
    for (const key of options?.texts('RouteKeys', 'ReRouteKeys') ?? []) {
      if (keyed.has(key)) continue;
      const why = `no route has the Key ${key}`;
      findings.warn(options!.at('RouteKeys', 'ReRouteKeys'), raise.OCELOT_PROPERTY_UNUSED({ name: 'RouteKeys', why }));
    }
  }
}
