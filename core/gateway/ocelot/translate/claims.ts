import { raise } from '../../../errors/catalogue.ts';
import { placeholderNames } from '../matching/placeholders.ts';
import { asksWho } from './authentication.ts';
import { headerPairs, namedPairs } from './sound-names.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** `Claims[type] > value`, `Claims[type] > value[index] > delimiter`. */
const EXPRESSION = /^\s*Claims\[[^\]]+\]\s*>\s*value(?:\s*>.*|\[\d+\]\s*>.*)?\s*$/i;

export interface ClaimMappings {
  /** Headers that were said among claims but are texts. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Scopes, RouteClaimsRequirement and what is made of claims → the policy `claims`. */
export function translateClaims(
  translation: Translation,
  route: RouteOptions,
  downstreamTemplate: string,
  use: UsePolicy,
): ClaimMappings {
  const { section } = route;
  const authentication = route.options('AuthenticationOptions');
  const isAsked = asksWho(authentication);
  const scopes = isAsked ? (authentication?.texts('AllowedScopes').filter(Boolean) ?? []) : [];
  const require = record(namedPairs(translation, section, 'RouteClaimsRequirement'));
  for (const { key, place, pointer } of section.pairs('RouteClaimsRequirement')) {
    if (!/^(?:scope|sub)$/i.test(key)) {
      translation.findings.info({ place, pointer }, raise.OCELOT_CLAIM_NAME_SHORT({ claim: key }));
    }
  }
  const headers: Record<string, string> = {};
  const toHeaders: Record<string, string> = {};
  for (const pair of headerPairs(translation, section, 'AddHeadersToRequest')) {
    if (EXPRESSION.test(pair.value)) toHeaders[pair.key] = pair.value.trim();
    else {
      headers[pair.key] = pair.value;
      translation.findings.warn(pair, raise.OCELOT_CLAIM_EXPRESSION_INVALID({ name: pair.key, treated: 'header' }));
    }
  }
  const toClaims: Record<string, string> = {};
  for (const pair of namedPairs(translation, section, 'AddClaimsToRequest')) {
    if (EXPRESSION.test(pair.value)) toClaims[pair.key] = pair.value.trim();
    else if (/^X-/i.test(pair.key) && /^[\w.]+$/.test(pair.value)) {
      // A header's name with a claim's name: AddHeadersToRequest was meant.
      toHeaders[pair.key] = `Claims[${pair.value}] > value`;
      translation.findings.warn(
        pair,
        raise.OCELOT_CLAIM_EXPRESSION_INVALID({ name: pair.key, treated: 'claim-header' }),
      );
    } else {
      translation.findings.warn(pair, raise.OCELOT_CLAIM_EXPRESSION_INVALID({ name: pair.key, treated: 'dropped' }));
    }
  }
  const expressions = (name: string) => {
    const valid = namedPairs(translation, section, name).filter((pair) => {
      if (EXPRESSION.test(pair.value)) return true;
      translation.findings.warn(pair, raise.OCELOT_CLAIM_EXPRESSION_INVALID({ name: pair.key, treated: 'dropped' }));
      return false;
    });
    return record(valid.map(({ key, value }) => ({ key, value: value.trim() })));
  };
  const toQuery = expressions('AddQueriesToRequest');
  const toPath = expressions('ChangeDownstreamPathTemplate');
  const [, query = ''] = downstreamTemplate.split('?', 2);
  if (placeholderNames(query).some((name) => Object.hasOwn(toPath, name))) {
    const instead = 'claims can take places in the path of a DownstreamPathTemplate alone, not in its query';
    translation.findings.error(
      section.at('ChangeDownstreamPathTemplate'),
      raise.OCELOT_OPTION_UNSUPPORTED({ name: 'ChangeDownstreamPathTemplate', instead }),
    );
  }
  for (const name of Object.keys(toPath)) {
    if (placeholderNames(downstreamTemplate).includes(name)) continue;
    translation.findings.warn(
      section.at('ChangeDownstreamPathTemplate'),
      raise.OCELOT_PLACEHOLDER_UNBOUND({ name, where: 'ChangeDownstreamPathTemplate' }),
    );
  }
  const config = {
    ...(scopes.length > 0 ? { scopes: { any: scopes } } : {}),
    ...filled({ require, set: toClaims, headers: toHeaders, query: toQuery }),
    ...(Object.keys(toPath).length > 0
      ? { path: { template: pathTemplate(downstreamTemplate, toPath), values: toPath } }
      : {}),
  };
  const usesPath = Object.values(require).some((value) => /^\{[^{}]+\}$/.test(value));
  // Ocelot refuses a request whose claim it cannot find.
  const isMapped = 'set' in config || 'headers' in config || 'query' in config;
  if (Object.keys(config).length > 0)
    use(
      'claims',
      {
        ...config,
        ...(isMapped ? { missing: 'refuse' } : {}),
        ...(usesPath || 'path' in config ? { encodedParams: true } : {}),
        // Claims are demanded of callers whom nobody asks who they are.
        ...('require' in config && !isAsked ? { unknown: 'refuse' } : {}),
      },
      section.at('RouteClaimsRequirement'),
    );
  return { headers };
}

/** Without its query, which the route has made already; what is no claim keeps its slashes. */
function pathTemplate(downstreamTemplate: string, claims: Readonly<Record<string, string>>): string {
  const [path = ''] = downstreamTemplate.split('?', 1);
  return path.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) =>
    Object.hasOwn(claims, name) ? whole : `{${name}*}`,
  );
}

function record(pairs: readonly { readonly key: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

function filled(parts: Readonly<Record<string, Readonly<Record<string, string>>>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => Object.keys(value).length > 0));
}
