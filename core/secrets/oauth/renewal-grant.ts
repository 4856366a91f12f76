import { createPrivateKey } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import { signedJwt } from './client-authentication.ts';
import type { HeldConnection } from './connection-record.ts';
import type { Footing } from './provider-table.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ASSERTION_SECONDS = 3600;

/** What is sent to get the next token of a connection. Throws CONNECTION_SETTING_INVALID for a key that signs nothing. */
export function renewalGrant(
  { owner, refreshToken = '' }: HeldConnection,
  footing: Footing,
  now: number,
): Record<string, string> {
  if (owner === 'user') return { grant_type: 'refresh_token', refresh_token: refreshToken };
  const { at, scopes } = footing;
  if (at.spec.serviceGrant === 'jwt_bearer')
    return { grant_type: JWT_BEARER, assertion: serviceAssertion(footing, Math.floor(now / 1000)) };
  const scope = scopes.join(at.spec.scopes.separator ?? ' ');
  const grant = at.spec.serviceGrant ?? 'client_credentials';
  return { ...at.serviceParameters, grant_type: grant, ...(scope !== '' && { scope }) };
}

/** RFC 7523 §2.1: the service account says itself for whom and for what it asks. `parameters.service` are claims here. */
function serviceAssertion({ at, client, scopes }: Footing, now: number): string {
  const claims = Object.entries(at.serviceParameters).filter(([, value]) => value !== '');
  try {
    return signedJwt(createPrivateKey(client.secret ?? ''), {
      ...Object.fromEntries(claims),
      iss: client.id,
      scope: scopes.join(' '),
      aud: at.endpoints.token,
      iat: now,
      exp: now + ASSERTION_SECONDS,
    });
  } catch (cause) {
    const problem = 'is no private key (PEM)';
    throw raise.CONNECTION_SETTING_INVALID({ provider: at.spec.name, setting: 'client secret', problem }, { cause });
  }
}
