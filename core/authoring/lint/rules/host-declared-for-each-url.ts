import { findNodes } from '../find-nodes.ts';
import type { LintRule } from '../lint-rule.ts';

/** Addresses that name nothing real: schemas and reserved names. */
const NOT_REACHED =
  /(^|\.)(example|test|invalid|localhost|example\.(com|org|net)|json-schema\.org|w3\.org|schemas\.microsoft\.com|schemas\.xmlsoap\.org)$/;

export const hostDeclaredForEachUrl: LintRule = {
  id: 'host-declared-for-each-url',
  severity: 'error',
  summary: 'Every address in the code is covered by the capability `network`.',
  why: 'A request to a host that the manifest does not name is refused at run time.',
  check(project) {
    const network: unknown = project.rawManifest['capabilities']?.network;
    // `{why}` alone asks for any host.
    if (network !== undefined && !Array.isArray(network)) return [];
    const declared = (network ?? []).map((rule: { host?: unknown }) => String(rule?.host).toLowerCase());
    return findNodes(project, (node) => {
      const text =
        node.type === 'Literal' && typeof node.value === 'string'
          ? node.value
          : node.type === 'TemplateElement'
            ? node.value.raw
            : '';
      const host = /^https?:\/\/([a-z0-9.-]+)(?=[:/?#]|$)/i.exec(text)?.[1]?.toLowerCase();
      if (host === undefined || NOT_REACHED.test(host) || declared.some((rule) => covers(rule, host))) return undefined;
      return `\`${host}\` is not under \`capabilities.network\``;
    });
  },
};

function covers(rule: string, host: string): boolean {
  const name = rule.replace(/:\d+$/, '');
  return name === '*' || name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)));
}
