import { createHash, randomBytes } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { ProviderAt } from './provider-at.ts';

export interface AuthorizeRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  /** Of PKCE; absent where the provider refuses it. */
  readonly verifier?: string;
}

/** Where the browser is sent. Throws CONNECTION_GRANT_UNSUPPORTED. */
export function authorizeUrl({ spec, endpoints }: ProviderAt, request: AuthorizeRequest): string {
  if (endpoints.authorize === undefined)
    throw raise.CONNECTION_GRANT_UNSUPPORTED({ provider: spec.name, grant: 'authorization_code' });
  const url = new URL(endpoints.authorize);
  const { clientId, redirectUri, scopes, state, verifier } = request;
  const set = (name: string, value: string) => url.searchParams.set(name, value);
  for (const [name, value] of Object.entries(spec.parameters?.authorize ?? {})) set(name, value);
  set('response_type', 'code');
  set('client_id', clientId);
  set('redirect_uri', redirectUri);
  set('state', state);
  if (scopes.length > 0) set(spec.parameters?.scope ?? 'scope', scopes.join(spec.scopes.separator ?? ' '));
  if (verifier !== undefined) {
    set('code_challenge', createHash('sha256').update(verifier).digest('base64url'));
    set('code_challenge_method', 'S256');
  }
  return url.href;
}

/** 256 bits that nobody can guess, as a URL takes them. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}
