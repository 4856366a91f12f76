import { raise } from '../../../errors/catalogue.ts';
import type { RouteMatch } from '../../model/route-model.ts';
import type { OcelotFindings } from '../findings.ts';
import { placeholderNames, repeatedNames } from '../matching/placeholders.ts';
import type { Section } from '../reading/section.ts';
import { boundNames } from '../translate/match.ts';

/** Both templates of a route, and that what one needs the other gives. False where one of them cannot be used. */
export function checkTemplates(findings: OcelotFindings, section: Section, match: RouteMatch | undefined): boolean {
  const isSound = checkUpstreamTemplate(findings, section);
  const downstream = section.text('DownstreamPathTemplate');
  const problem = templateProblem(downstream);
  const spot = section.at('DownstreamPathTemplate');
  if (problem !== undefined) {
    findings.error(spot, raise.OCELOT_TEMPLATE_INVALID({ name: 'DownstreamPathTemplate', problem }));
  }
  if (!isSound || problem !== undefined || match === undefined || downstream === undefined) return false;
  const bound = [...boundNames(match), ...section.pairs('ChangeDownstreamPathTemplate').map(({ key }) => key)];
  for (const name of new Set(placeholderNames(downstream))) {
    if (!bound.includes(name)) {
      findings.warn(spot, raise.OCELOT_PLACEHOLDER_UNBOUND({ name, where: 'DownstreamPathTemplate' }));
    }
  }
  return true;
}

/** The template of a route or an aggregate. */
export function checkUpstreamTemplate(findings: OcelotFindings, section: Section): boolean {
  const template = section.text('UpstreamPathTemplate');
  const spot = section.at('UpstreamPathTemplate');
  const problem = templateProblem(template);
  if (problem !== undefined) {
    findings.error(spot, raise.OCELOT_TEMPLATE_INVALID({ name: 'UpstreamPathTemplate', problem }));
    return false;
  }
  const odd = [...new Set(template!.replaceAll(/\{[^{}]*\}/g, '').match(/[\\^$*+()[\]|]/g) ?? [])];
  if (odd.length > 0) findings.info(spot, raise.OCELOT_TEMPLATE_EXPRESSION({ characters: odd.join(' ') }));
  return true;
}

function templateProblem(template: string | undefined): string | undefined {
  if (template === undefined || template.trim() === '') return 'is missing';
  if (template.includes('://')) return 'must be a path, without scheme and host';
  if (!template.startsWith('/')) return 'must begin with /';
  if (template.includes('//')) return 'must not contain //';
  const [repeated] = repeatedNames(template);
  if (repeated !== undefined) return `has the placeholder {${repeated}} twice`;
  if (/[{}]/.test(template.replaceAll(/\{[^{}]+\}/g, ''))) return 'has a brace without its partner';
  return undefined;
}
