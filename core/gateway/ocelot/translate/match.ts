import { raise } from '../../../errors/catalogue.ts';
import type { RouteMatch } from '../../model/route-model.ts';
import { compileHeaderTemplate } from '../matching/header-template.ts';
import { compileUpstreamTemplate } from '../matching/upstream-template.ts';
import type { Section } from '../reading/section.ts';
import type { Translation } from './translation.ts';

/** Which requests a route or an aggregate is for. Undefined where its template cannot be used. */
export function translateMatch(
  { findings }: Translation,
  section: Section,
  methods: readonly string[],
): RouteMatch | undefined {
  const template = section.text('UpstreamPathTemplate');
  if (template === undefined) return undefined;
  const caseSensitive = section.flag('RouteIsCaseSensitive', 'ReRouteIsCaseSensitive') ?? false;
  const spot = section.at('UpstreamPathTemplate');
  let isCatchAll: boolean;
  try {
    ({ isCatchAll } = compileUpstreamTemplate(template, caseSensitive));
  } catch {
    const problem = 'is not a regular expression, which Ocelot takes it for';
    findings.error(spot, raise.OCELOT_TEMPLATE_INVALID({ name: 'UpstreamPathTemplate', problem }));
    return undefined;
  }
  const headers = section.pairs('UpstreamHeaderTemplates').flatMap(({ key, value, ...at }) => {
    try {
      compileHeaderTemplate(value, caseSensitive);
    } catch {
      const problem = 'is not a regular expression, which Ocelot takes it for';
      findings.error(at, raise.OCELOT_TEMPLATE_INVALID({ name: `The template of ${key}`, problem }));
      return [];
    }
    return [{ name: key, test: { is: 'ocelot', template: value, caseSensitive } } as const];
  });
  const host = section.text('UpstreamHost');
  return {
    path: { kind: 'ocelot', template, caseSensitive },
    methods: [...new Set(methods.map((method) => method.trim().toUpperCase()))],
    hosts: host ? [host] : [],
    ...(host ? { hasExactHosts: true } : {}),
    headers,
    query: [],
    priority: isCatchAll ? 0 : (section.number('Priority') ?? 1),
  };
}

/** Names that the parts of a request give values. */
export function boundNames(match: RouteMatch): readonly string[] {
  if (match.path.kind !== 'ocelot') return [];
  const ofHeaders = match.headers.flatMap(({ test }) =>
    test.is === 'ocelot' ? compileHeaderTemplate(test.template, test.caseSensitive).names : [],
  );
  return [...compileUpstreamTemplate(match.path.template, match.path.caseSensitive).names, ...ofHeaders];
}
