import type { PolicyIdentity } from '@backplane/sdk';
import type { JwtSettings } from './settings.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What became of a token. `until`: epoch milliseconds up to which it is good; reasons are for the caller and say nothing of the token. */
export type Verdict = { readonly claims: Claims; readonly until: number } | { readonly refused: string };

/** Whose the claims are; undefined when they name nobody. */
export function identityOf(claims: Claims, scheme: string, config: JwtSettings): PolicyIdentity | undefined {
  const subject = textOf(claims[config.subjectClaim]);
  if (subject === undefined) return undefined;
  const consumer = config.consumerClaim === undefined ? undefined : textOf(claims[config.consumerClaim]);
  const scope = config.scopeClaim === undefined ? (claims['scope'] ?? claims['scp']) : claims[config.scopeClaim];
  return Object.freeze({
    subject,
    scheme,
    scopes: Object.freeze(scopesOf(scope)),
    claims: Object.freeze({ ...claims }),
    ...(consumer !== undefined && { consumer }),
  });
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function scopesOf(scope: unknown): string[] {
  if (typeof scope === 'string') return scope.split(' ').filter((one) => one !== '');
  return Array.isArray(scope) ? scope.filter((one) => typeof one === 'string').flatMap(scopesOf) : [];
}
